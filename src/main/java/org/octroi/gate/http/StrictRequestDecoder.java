package org.octroi.gate.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.List;

/**
 * Reads HTTP/1 requests and takes no message whose end two readers could see in two places.
 *
 * <p>Netty drops {@code Content-Length} where {@code Transfer-Encoding} stands beside it; a proxy
 * in front of us may do the opposite, and what one takes for a body the other takes for a request.
 * Such a message is an attack or a fault, never an accident worth saving (RFC 9112 §6.1, §11.2).
 * The same goes for a head that breaks the {@link HeadRules}: it is decoded only when it is whole
 * and keeps them.
 */
final class StrictRequestDecoder extends HttpRequestDecoder {

  private final Runnable bytesArrived;
  private final HeadRules rules;
  private boolean headExpected = true;
  private boolean broken;

  StrictRequestDecoder(WireLimits limits, Runnable bytesArrived) {
    super(
        new HttpDecoderConfig()
            .setMaxInitialLineLength(limits.maxUriBytes())
            .setMaxHeaderSize(limits.maxHeaderBytes())
            .setAllowDuplicateContentLengths(false)
            .setStrictLineParsing(true)
            // The rules below have looked at every byte of them already.
            .setHeadersFactory(DefaultHttpHeadersFactory.headersFactory().withValidation(false)));
    this.bytesArrived = bytesArrived;
    this.rules = new HeadRules(limits.maxUriBytes(), limits.maxHeaderBytes());
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object bytes) throws Exception {
    bytesArrived.run();
    super.channelRead(ctx, bytes);
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf bytes, List<Object> out)
      throws Exception {
    if (broken) {
      bytes.skipBytes(bytes.readableBytes());
      return;
    }
    if (headExpected) {
      try {
        if (!rules.whole(bytes)) {
          return;
        }
      } catch (HeadRules.BrokenHeadException | TooLongFrameException e) {
        broken = true;
        out.add(broken(bytes, e));
        bytes.skipBytes(bytes.readableBytes());
        return;
      }
      headExpected = false;
    }
    super.decode(ctx, bytes, out);
    headExpected = !out.isEmpty() && out.getLast() instanceof LastHttpContent;
  }

  /** Stands for a request that can't be told; what is known is whether its answer has a body. */
  private static HttpRequest broken(ByteBuf bytes, RuntimeException why) {
    int first = bytes.readerIndex();
    boolean head =
        bytes.readableBytes() > 4
            && bytes.getInt(first) == 0x48454144 // HEAD
            && bytes.getByte(first + 4) == ' ';
    HttpRequest request =
        new DefaultHttpRequest(HttpVersion.HTTP_1_1, head ? HttpMethod.HEAD : HttpMethod.GET, "/");
    request.setDecoderResult(DecoderResult.failure(why));
    return request;
  }

  @Override
  protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
    throw new IllegalArgumentException("both Transfer-Encoding and Content-Length");
  }
}
