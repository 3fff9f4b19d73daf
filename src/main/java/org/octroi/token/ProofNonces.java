package org.octroi.token;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.OptionalLong;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The nonces of this gate (RFC 9449 §8, §9): a MAC over the number of a slot of 30 seconds, under a
 * key that this process made for itself. So none is kept, each is good for the rest of its slot and
 * the next, and none is good at another gate. Safe for use by many threads.
 */
final class ProofNonces {

  static final int SECONDS_OF_A_SLOT = 30;

  private static final String ALGORITHM = "HmacSHA256";
  private static final int OCTETS = 16;

  private final SecretKeySpec key;
  private volatile Slot current;

  private record Slot(long number, String nonce, String nonceBefore) {}

  ProofNonces() {
    byte[] secret = new byte[32];
    new SecureRandom().nextBytes(secret);
    this.key = new SecretKeySpec(secret, ALGORITHM);
    this.current = slot(0);
  }

  /** The nonce to hand out now. */
  String current(Instant now) {
    return at(now).nonce;
  }

  /** The slot of a nonce that is good now; empty for any other text. */
  OptionalLong slotOf(String nonce, Instant now) {
    Slot slot = at(now);
    if (same(nonce, slot.nonce)) {
      return OptionalLong.of(slot.number);
    }
    return same(nonce, slot.nonceBefore) ? OptionalLong.of(slot.number - 1) : OptionalLong.empty();
  }

  private Slot at(Instant now) {
    long number = Math.floorDiv(now.getEpochSecond(), SECONDS_OF_A_SLOT);
    Slot slot = current;
    if (slot.number != number) {
      slot = slot(number);
      current = slot;
    }
    return slot;
  }

  private Slot slot(long number) {
    return new Slot(number, mac(number), mac(number - 1));
  }

  private String mac(long number) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      byte[] whole = mac.doFinal(ByteBuffer.allocate(Long.BYTES).putLong(number).array());
      return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(whole, OCTETS));
    } catch (NoSuchAlgorithmException | InvalidKeyException e) {
      throw new IllegalStateException("Every JVM has HMAC with SHA-256", e);
    }
  }

  private static boolean same(String one, String other) {
    return MessageDigest.isEqual(
        one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
  }
}
