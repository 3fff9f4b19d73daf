package org.octroi.relay;

import java.io.IOException;

/** The desk does not know this gate's credential, or it was revoked. */
final class NotEnrolledException extends IOException {
  private static final long serialVersionUID = 1L;

  NotEnrolledException() {
    super("the desk does not accept this gate's credential: it is wrong, or was revoked");
  }
}
