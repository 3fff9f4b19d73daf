package org.octroi.gate.http;

import org.octroi.problem.Refusal;

/** Who answers requests. Called on the connection's event loop, one request of it at a time. */
public interface Responder {

  /** Answers, now or later, by the exchange. */
  void serve(Request request, Exchange exchange);

  /** Says why a request could not even be read; the exchange does the rest. */
  void refuse(Refusal refusal, Exchange exchange);

  /**
   * An answer came to its end, whole or not.
   *
   * @param status the status sent, 0 where none was
   * @param bodyBytes the bytes of body sent
   * @param nanos from the request's last byte to the answer's end
   */
  void answered(int status, long bodyBytes, long nanos);
}
