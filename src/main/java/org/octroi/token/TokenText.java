package org.octroi.token;

import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;

/**
 * A token as what it is remembered by. It is found by a hash of its end under keys that this
 * process made for itself, so that nobody can prepare tokens that are all looked for in one place;
 * that it is the same token is told by the whole text. Its end is its signature, and only tokens
 * whose signature is right are remembered: no two of them end alike. A hash of the whole, or a
 * cryptographic one, would cost more than all the rest of what is done for a token that is known.
 */
final class TokenText {

  /** Of 64 characters, hence 384 bits of the signature. */
  private static final int END = 64;

  /** Characters of 16 bits in a word of 64. */
  private static final int AT_ONCE = 4;

  private static final long SEED;
  private static final long FIRST;
  private static final long SECOND;

  static {
    SecureRandom random = new SecureRandom();
    SEED = random.nextLong();
    FIRST = random.nextLong() | 1;
    SECOND = random.nextLong() | 1;
  }

  private final String text;
  private final int hash;

  TokenText(String token) {
    text = token;
    hash = hash(token);
  }

  /** In two strands, so that one multiplication does not wait for the other. */
  private static int hash(String text) {
    long one = SEED;
    long other = ~SEED;
    int at = Math.max(0, text.length() - END);
    for (; at + 2 * AT_ONCE <= text.length(); at += 2 * AT_ONCE) {
      one = (one ^ word(text, at)) * FIRST;
      one ^= one >>> 29;
      other = (other ^ word(text, at + AT_ONCE)) * SECOND;
      other ^= other >>> 31;
    }
    for (; at < text.length(); at++) {
      one = (one ^ text.charAt(at)) * FIRST;
      one ^= one >>> 29;
    }
    long both = (one ^ Long.rotateLeft(other, 32)) * FIRST;
    return (int) (both >>> 32);
  }

  private static long word(String text, int at) {
    return text.charAt(at)
        | (long) text.charAt(at + 1) << 16
        | (long) text.charAt(at + 2) << 32
        | (long) text.charAt(at + 3) << 48;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof TokenText that && hash == that.hash && text.equals(that.text);
  }

  @Override
  public int hashCode() {
    return hash;
  }

  /** Without the token. */
  @Override
  public String toString() {
    return "(a token)";
  }
}
