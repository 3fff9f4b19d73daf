package org.octroi.gate.http;

import io.netty.handler.ssl.SslContext;
import java.net.InetAddress;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What is spoken beside HTTP/1 in the clear.
 *
 * @param tls what connections are secured with, asked for each new one so that a renewed
 *     certificate is taken up; null inside where the port is in the clear
 * @param clearTextHttp2 whether HTTP/2 may be spoken without TLS by prior knowledge (RFC 9113 §3.3)
 * @param trustedProxies whose PROXY protocol (version 2) is believed
 */
public record WireProtocols(
    Supplier<@Nullable SslContext> tls,
    boolean clearTextHttp2,
    Predicate<InetAddress> trustedProxies) {

  /** HTTP/1 in the clear, and nobody's word on who is behind them. */
  public static WireProtocols http1() {
    return new WireProtocols(() -> null, false, address -> false);
  }
}
