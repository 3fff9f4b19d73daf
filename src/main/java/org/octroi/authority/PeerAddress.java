package org.octroi.authority;

import jakarta.servlet.ServletException;
import java.io.IOException;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;

/**
 * Notes whom the connection of a request is with. The request's own word on its sender follows
 * fields that anybody may send, where {@code server.forward-headers-strategy} is set.
 */
final class PeerAddress extends ValveBase {

  /** The attribute that it is noted in. */
  static final String NAME = PeerAddress.class.getName();

  PeerAddress() {
    super(true);
  }

  @Override
  public void invoke(Request request, Response response) throws IOException, ServletException {
    request.setAttribute(NAME, request.getPeerAddr());
    getNext().invoke(request, response);
  }
}
