package org.octroi.gate.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequestDecoder;

/**
 * Reads HTTP/1 requests and takes no message whose end two readers could see in two places.
 *
 * <p>Netty drops {@code Content-Length} where {@code Transfer-Encoding} stands beside it; a proxy
 * in front of us may do the opposite, and what one takes for a body the other takes for a request.
 * Such a message is an attack or a fault, never an accident worth saving (RFC 9112 §6.1, §11.2).
 */
final class StrictRequestDecoder extends HttpRequestDecoder {

  private final Runnable bytesArrived;

  StrictRequestDecoder(WireLimits limits, Runnable bytesArrived) {
    super(
        new HttpDecoderConfig()
            .setMaxInitialLineLength(limits.maxUriBytes())
            .setMaxHeaderSize(limits.maxHeaderBytes())
            .setAllowDuplicateContentLengths(false)
            .setStrictLineParsing(true)
            .setValidateHeaders(true));
    this.bytesArrived = bytesArrived;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object bytes) throws Exception {
    bytesArrived.run();
    super.channelRead(ctx, bytes);
  }

  @Override
  protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
    throw new IllegalArgumentException("both Transfer-Encoding and Content-Length");
  }
}
