package org.octroi.store;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpResponseDecoder;

/**
 * Reads a store's answers, and tells the conversation of the first byte. An answer to HEAD has no
 * body, whatever length it announces (RFC 9112 §6.3); one request is under way at a time, so the
 * conversation knows which it is.
 */
final class HttpAnswerDecoder extends HttpResponseDecoder {

  private final HttpConversation conversation;

  HttpAnswerDecoder(HttpConversation conversation, int maxHeadBytes, int maxPieceBytes) {
    super(
        new HttpDecoderConfig()
            .setMaxHeaderSize(maxHeadBytes)
            .setMaxChunkSize(maxPieceBytes)
            // Fields are asked for by names of ours and none other goes out; values may, and are
            // looked at.
            .setHeadersFactory(
                DefaultHttpHeadersFactory.headersFactory().withNameValidation(false)));
    this.conversation = conversation;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object bytes) throws Exception {
    conversation.bytesArrived();
    super.channelRead(ctx, bytes);
  }

  @Override
  protected boolean isContentAlwaysEmpty(HttpMessage message) {
    return conversation.asksForTheHead() || super.isContentAlwaysEmpty(message);
  }
}
