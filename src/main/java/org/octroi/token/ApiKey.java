package org.octroi.token;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.zip.CRC32;
import org.octroi.vocabulary.KeyHash;

/**
 * An API key as its holder has it: {@code octk_}, 43 letters and digits of chance, which are 256
 * bits, and six more that are the CRC-32 of those, in base 62. The prefix lets scanners of
 * published code find one that leaked, and the check tells them, without asking anybody, that it is
 * one; so the gate, too, looks up only what was a key once. One click selects all of it.
 *
 * @param text all 54 characters
 */
public record ApiKey(String text) {

  private static final String PREFIX = "octk_";
  private static final String DIGITS =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  private static final int CHECKED_FROM = PREFIX.length();
  private static final int CHECK_FROM = CHECKED_FROM + 43;
  private static final int LENGTH = CHECK_FROM + 6;
  private static final int SHOWN = CHECKED_FROM + 4;
  private static final SecureRandom RANDOM = new SecureRandom();

  public ApiKey {
    if (!wellFormed(text)) {
      throw new IllegalArgumentException("it is no API key, or was mistyped");
    }
  }

  /** A new one. */
  public static ApiKey create() {
    StringBuilder text = new StringBuilder(LENGTH).append(PREFIX);
    for (int i = CHECKED_FROM; i < CHECK_FROM; i++) {
      text.append(DIGITS.charAt(RANDOM.nextInt(DIGITS.length())));
    }
    long check = check(text.toString());
    for (int i = LENGTH - 1; i >= CHECK_FROM; i--) {
      text.insert(CHECK_FROM, digit(check));
      check /= DIGITS.length();
    }
    return new ApiKey(text.toString());
  }

  /** The key that a text is; empty where it is none. */
  public static Optional<ApiKey> read(String text) {
    return wellFormed(text) ? Optional.of(new ApiKey(text)) : Optional.empty();
  }

  /** Whether a text begins as keys do, so that it can be meant for nothing else. */
  public static boolean isMeantBy(String text) {
    return text.startsWith(PREFIX);
  }

  /** What is kept of it. */
  public KeyHash hash() {
    return KeyHash.of(text);
  }

  /** Its first characters, by which its holder tells it from their others. */
  public String beginning() {
    return text.substring(0, SHOWN);
  }

  private static boolean wellFormed(String text) {
    if (text.length() != LENGTH || !isMeantBy(text)) {
      return false;
    }
    for (int i = CHECKED_FROM; i < LENGTH; i++) {
      if (!isDigit(text.charAt(i))) {
        return false;
      }
    }
    long check = check(text);
    for (int i = LENGTH - 1; i >= CHECK_FROM; i--) {
      if (text.charAt(i) != digit(check)) {
        return false;
      }
      check /= DIGITS.length();
    }
    return true;
  }

  private static boolean isDigit(char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
  }

  private static char digit(long number) {
    return DIGITS.charAt((int) (number % DIGITS.length()));
  }

  private static long check(String text) {
    CRC32 crc = new CRC32();
    crc.update(text.getBytes(StandardCharsets.US_ASCII), CHECKED_FROM, CHECK_FROM - CHECKED_FROM);
    return crc.getValue();
  }

  /** Without the key. */
  @Override
  public String toString() {
    return "(an API key)";
  }
}
