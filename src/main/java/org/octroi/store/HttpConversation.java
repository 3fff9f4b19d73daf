package org.octroi.store;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpObject;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One connection to an HTTP store: brings what is read to the exchange that it is for, and watches
 * that it does not take too long.
 */
// What comes of closing, writing or a timer is told to the handlers, so their futures are not kept.
@SuppressWarnings("FutureReturnValueIgnored")
final class HttpConversation extends ChannelInboundHandlerAdapter {

  private final long openedNanos = System.nanoTime();
  private @Nullable ChannelHandlerContext context;
  private @Nullable HttpExchange current;
  private @Nullable Future<?> clock;
  private long clockNanos;
  private boolean bytesCame;

  /** The store said something, be it half a line. */
  void bytesArrived() {
    bytesCame = true;
  }

  /** Whether the answer that is waited for is one to HEAD. */
  boolean asksForTheHead() {
    return current != null && current.asksForTheHead();
  }

  /** When it was opened, by {@link System#nanoTime}. */
  long openedNanos() {
    return openedNanos;
  }

  /** Whether the store said anything, be it half a line, since this exchange began. */
  boolean bytesCame() {
    return bytesCame;
  }

  void begin(HttpExchange exchange) {
    current = exchange;
    bytesCame = false;
    long due = exchange.dueNanos();
    if (clock == null || due - clockNanos < 0) {
      wind(due);
    }
  }

  void end() {
    current = null;
  }

  /** The clock is wound when it has run out, and not anew for each exchange. */
  private void wind(long due) {
    ChannelHandlerContext ctx = context;
    if (ctx == null) {
      return;
    }
    if (clock != null) {
      clock.cancel(false);
    }
    clockNanos = due;
    clock = ctx.executor().schedule(this::look, due - System.nanoTime(), TimeUnit.NANOSECONDS);
  }

  private void look() {
    clock = null;
    HttpExchange exchange = current;
    if (exchange == null) {
      return;
    }
    long due = exchange.dueNanos();
    if (due - System.nanoTime() <= 0) {
      exchange.tooSlow();
    } else {
      wind(due);
    }
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
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
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    HttpExchange exchange = current;
    if (exchange != null) {
      exchange.storeWritable(ctx.channel().isWritable());
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    if (clock != null) {
      clock.cancel(false);
    }
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
