package org.octroi.gate.http;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseEncoder;

/** Writes answers in HTTP/1, and prepared fields as they were prepared. */
final class ResponseEncoder extends HttpResponseEncoder {

  @Override
  protected void encodeHeaders(HttpHeaders headers, ByteBuf to) {
    if (headers instanceof PreparedFields.Written prepared) {
      prepared.write(to);
    }
    super.encodeHeaders(headers, to);
  }
}
