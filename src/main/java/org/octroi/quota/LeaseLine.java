package org.octroi.quota;

import java.io.IOException;

/** The way from a gate by itself to the desk's ledger. Safe for use by many threads. */
public interface LeaseLine {

  /**
   * Asks the desk and waits for its answer.
   *
   * @throws IOException when no answer came; the call may have been heard all the same
   */
  LeaseCall.Answer ask(LeaseCall call) throws IOException;
}
