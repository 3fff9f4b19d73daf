package org.octroi.store;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpObject;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

/** One connection to an HTTP store: brings what is read to the exchange that it is for. */
// What comes of closing, writing or a timer is told to the handlers, so their futures are not kept.
@SuppressWarnings("FutureReturnValueIgnored")
final class HttpConversation extends ChannelInboundHandlerAdapter {

  private @Nullable HttpExchange current;

  void begin(HttpExchange exchange) {
    current = exchange;
  }

  void end() {
    current = null;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    try {
      if (current != null && message instanceof HttpObject part) {
        current.read(part);
      } else if (current == null) {
        // Nobody asked: such a connection can't be trusted to keep answers apart (RFC 9112 §9.2).
        ctx.close();
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    HttpExchange exchange = current;
    if (exchange != null) {
      exchange.broken("the store closed the connection");
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    HttpExchange exchange = current;
    if (exchange != null) {
      exchange.broken("the connection to the store broke: " + cause.getClass().getSimpleName());
    }
    ctx.close();
  }
}
