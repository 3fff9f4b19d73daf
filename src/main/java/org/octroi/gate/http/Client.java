package org.octroi.gate.http;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * Who is at the other end of a connection, for as long as it lasts. On the connection's event loop
 * only.
 */
public final class Client {

  private final InetAddress address;
  private final boolean secure;
  private @Nullable Object note;

  Client(InetAddress address, boolean secure) {
    this.address = address;
    this.secure = secure;
  }

  /**
   * The address at the other end: of the socket, or the one that a trusted proxy named by the PROXY
   * protocol. It may still be a proxy's.
   */
  public InetAddress address() {
    return address;
  }

  /** Whether the connection to the gate itself is by TLS. */
  public boolean secure() {
    return secure;
  }

  /** What was noted of this client by whoever answers it; null where nothing was. */
  public @Nullable Object note() {
    return note;
  }

  /** Notes something for the next request of the same connection; forgotten with it. */
  public void note(Object something) {
    note = something;
  }
}
