package org.octroi.identity;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.time.Instant;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Time-based one-time passwords (RFC 6238) as all applications for phones make them: six digits of
 * an HMAC-SHA-1 over the number of the half minute.
 *
 * @param seed what both sides know
 */
record TimeCode(byte[] seed) {

  static final int DIGITS = 6;
  private static final int STEP_SECONDS = 30;
  private static final int MODULUS = 1_000_000;

  /** The number of the half minute in which a moment lies. */
  static long step(Instant at) {
    return Math.floorDiv(at.getEpochSecond(), (long) STEP_SECONDS);
  }

  /** The code of a half minute. */
  String at(long step) {
    try {
      Mac mac = Mac.getInstance("HmacSHA1");
      mac.init(new SecretKeySpec(seed, "HmacSHA1"));
      byte[] hash = mac.doFinal(ByteBuffer.allocate(Long.BYTES).putLong(step).array());
      // RFC 4226 §5.3: four bytes from where the last half byte points, without the sign.
      int offset = hash[hash.length - 1] & 0xf;
      int bits = ByteBuffer.wrap(hash, offset, Integer.BYTES).getInt() & 0x7fff_ffff;
      return String.format("%0" + DIGITS + "d", bits % MODULUS);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("HMAC-SHA-1 does not work in this JVM", e);
    }
  }

  @Override
  public String toString() {
    return "(a seed)";
  }
}
