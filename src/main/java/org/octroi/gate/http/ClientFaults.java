package org.octroi.gate.http;

import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.haproxy.HAProxyProtocolException;
import io.netty.handler.codec.http2.Http2Exception;
import javax.net.ssl.SSLException;

/** What goes wrong on a connection by its client's doing, and is no news to us. */
final class ClientFaults {

  private ClientFaults() {}

  static boolean contains(Throwable cause) {
    return cause instanceof SSLException
        || cause instanceof Http2Exception
        || cause instanceof HAProxyProtocolException
        || (cause instanceof DecoderException
            && cause.getCause() != null
            && contains(cause.getCause()));
  }
}
