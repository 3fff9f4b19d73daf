package org.octroi.identity;

/** Letters and digits that are hard to mistake for one another (RFC 4648 §6), without padding. */
final class Base32 {

  private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  private static final int BITS = 5;

  private Base32() {}

  static String of(byte[] bytes) {
    StringBuilder text = new StringBuilder();
    int kept = 0;
    int bits = 0;
    for (byte one : bytes) {
      kept = (kept << Byte.SIZE) | (one & 0xff);
      bits += Byte.SIZE;
      while (bits >= BITS) {
        bits -= BITS;
        text.append(ALPHABET.charAt((kept >> bits) & 0x1f));
        kept &= (1 << bits) - 1;
      }
    }
    if (bits > 0) {
      text.append(ALPHABET.charAt((kept << (BITS - bits)) & 0x1f));
    }
    return text.toString();
  }
}
