package org.octroi.token;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A token as what it is remembered by. It is found by a hash under keys that this process made for
 * itself, so that nobody can prepare tokens that are all looked for in one place; that it is the
 * same token is told by the whole text. A cryptographic hash would cost more than all the rest of
 * what is done for a token that is known.
 */
final class TokenText {

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
  private static final long SEED;
  private static final long FIRST;
  private static final long SECOND;

  static {
    SecureRandom random = new SecureRandom();
    SEED = random.nextLong();
    FIRST = random.nextLong() | 1;
    SECOND = random.nextLong() | 1;
  }

  private final byte[] text;
  private final int hash;

  /** Of a text of letters of ASCII; any other is no token, and like none that is. */
  TokenText(String token) {
    text = token.getBytes(StandardCharsets.ISO_8859_1);
    hash = hash(text);
  }

  /** In two strands, so that one multiplication does not wait for the other. */
  private static int hash(byte[] text) {
    long one = SEED;
    long other = ~SEED;
    int at = 0;
    for (; at + 16 <= text.length; at += 16) {
      one = (one ^ (long) LONGS.get(text, at)) * FIRST;
      one ^= one >>> 29;
      other = (other ^ (long) LONGS.get(text, at + 8)) * SECOND;
      other ^= other >>> 31;
    }
    for (; at < text.length; at++) {
      one = (one ^ text[at]) * FIRST;
      one ^= one >>> 29;
    }
    long both = (one ^ Long.rotateLeft(other, 32)) * FIRST;
    return (int) (both >>> 32);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof TokenText that && hash == that.hash && Arrays.equals(text, that.text);
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
