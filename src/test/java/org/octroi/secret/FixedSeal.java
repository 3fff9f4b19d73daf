package org.octroi.secret;

import java.util.Arrays;

/** A seal under a key of one repeated byte, for tests of what is derived from it. */
public final class FixedSeal {

  private FixedSeal() {}

  public static Seal of(int keyByte) {
    byte[] key = new byte[32];
    Arrays.fill(key, (byte) keyByte);
    return new Seal(key);
  }
}
