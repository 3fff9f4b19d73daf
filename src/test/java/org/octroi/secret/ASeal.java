package org.octroi.secret;

import java.security.SecureRandom;

/** Makes a seal under a random key, for the tests of rooms that open what is sealed. */
public final class ASeal {

  private ASeal() {}

  public static Seal underARandomKey() {
    byte[] key = new byte[32];
    new SecureRandom().nextBytes(key);
    return new Seal(key);
  }
}
