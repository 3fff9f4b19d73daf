package org.octroi.vocabulary;

import java.security.SecureRandom;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The number people quote: the territory's first letters, the year, and eight letters and digits
 * that nobody confuses (Crockford base 32), for example {@code RENNES-2026-7F3K9QX2}. Unique over
 * the instance by a constraint of the table.
 */
public record AgreementNumber(String value) {

  private static final Pattern SHAPE = Pattern.compile("[A-Z0-9-]{4,60}");
  private static final String ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  private static final SecureRandom RANDOM = new SecureRandom();

  /**
   * @throws IllegalArgumentException when the text is not a number of this shape
   */
  public AgreementNumber {
    if (!SHAPE.matcher(value).matches()) {
      throw new IllegalArgumentException("not an agreement number");
    }
  }

  /** A new number for a territory and a year; unique but for a chance of one in 10^12. */
  public static AgreementNumber create(Slug territory, int year) {
    StringBuilder number = new StringBuilder(32);
    number.append(territory.value().toUpperCase(Locale.ROOT)).append('-').append(year).append('-');
    for (int i = 0; i < 8; i++) {
      number.append(ALPHABET.charAt(RANDOM.nextInt(ALPHABET.length())));
    }
    return new AgreementNumber(number.toString());
  }

  @Override
  public String toString() {
    return value;
  }
}
