package org.octroi.gate.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseEncoder;
import java.util.List;

/**
 * Writes answers in HTTP/1, and prepared fields as they were prepared. A short answer, head and
 * body, goes into one buffer: to copy it costs less than to hand the kernel two pieces.
 */
final class ResponseEncoder extends HttpResponseEncoder {

  private static final int SHORT_BODY = 4 * 1024;

  /** The status line and what one answer adds to the prepared fields; a buffer can grow. */
  private static final int OTHER_BYTES = 768;

  private static final int CRLF = 0x0d0a;

  @Override
  protected void encode(ChannelHandlerContext ctx, Object message, List<Object> out)
      throws Exception {
    if (message instanceof FullHttpResponse answer
        && answer.headers() instanceof PreparedFields.Written prepared
        && !prepared.contains(HttpHeaderNames.TRANSFER_ENCODING)
        && answer.content().readableBytes() <= SHORT_BODY) {
      out.add(whole(ctx, answer, prepared));
      answer.release();
    } else {
      super.encode(ctx, message, out);
    }
  }

  private ByteBuf whole(
      ChannelHandlerContext ctx, FullHttpResponse answer, PreparedFields.Written prepared)
      throws Exception {
    ByteBuf body = answer.content();
    ByteBuf bytes =
        ctx.alloc().buffer(OTHER_BYTES + prepared.preparedBytes() + body.readableBytes());
    boolean written = false;
    try {
      encodeInitialLine(bytes, answer);
      encodeHeaders(prepared, bytes);
      bytes.writeShort(CRLF).writeBytes(body);
      written = true;
    } finally {
      if (!written) {
        bytes.release();
      }
    }
    return bytes;
  }

  @Override
  protected void encodeHeaders(HttpHeaders headers, ByteBuf to) {
    if (headers instanceof PreparedFields.Written prepared) {
      prepared.write(to);
    }
    super.encodeHeaders(headers, to);
  }
}
