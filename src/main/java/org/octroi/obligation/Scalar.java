package org.octroi.obligation;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.TemporalAccessor;
import java.util.Optional;

/** Reads single values: numbers, times, and the order of texts. */
final class Scalar {

  /** A double has exponents up to 308; what lies far beyond only serves to exhaust memory. */
  private static final int MAX_EXPONENT = 400;

  private static final int MAX_DIGITS = 1_000;

  private Scalar() {}

  /** The value as text, if it is one, a number or a truth. */
  static Optional<String> text(Datum value) {
    return switch (value) {
      case Datum.Text text -> Optional.of(text.value());
      case Datum.Numeral number -> Optional.of(number.literal());
      case Datum.Truth truth -> Optional.of(String.valueOf(truth.value()));
      case Datum.Nothing nothing -> Optional.empty();
      case Datum.Group group -> Optional.empty();
      case Datum.Series series -> Optional.empty();
    };
  }

  /** The value as a number, if it is a number or a text that says one. */
  static Optional<BigDecimal> number(Datum value) {
    return switch (value) {
      case Datum.Text text -> number(text.value());
      case Datum.Numeral number -> number(number.literal());
      case Datum.Truth truth -> Optional.empty();
      case Datum.Nothing nothing -> Optional.empty();
      case Datum.Group group -> Optional.empty();
      case Datum.Series series -> Optional.empty();
    };
  }

  /** The number that a text says, within the exponents of a double. */
  static Optional<BigDecimal> number(String text) {
    if (text.isEmpty() || text.length() > MAX_DIGITS) {
      return Optional.empty();
    }
    char first = text.charAt(0);
    if (first != '-' && first != '+' && first != '.' && (first < '0' || first > '9')) {
      return Optional.empty();
    }
    try {
      BigDecimal number = new BigDecimal(text);
      long magnitude = (long) number.precision() - number.scale();
      boolean sane =
          Math.abs(magnitude) <= MAX_EXPONENT && Math.abs((long) number.scale()) <= MAX_DIGITS;
      return sane ? Optional.of(number) : Optional.empty();
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  /**
   * The moment that a text says: RFC 3339, or a date, or a date and a time apart by a space or
   * {@code T}; without an offset it is UTC, a date alone is its first moment.
   */
  static Optional<Instant> time(String text) {
    if (text.length() < 10 || text.length() > 40) {
      return Optional.empty();
    }
    try {
      if (text.length() == 10) {
        return Optional.of(LocalDate.parse(text).atStartOfDay().toInstant(ZoneOffset.UTC));
      }
      String iso = text.charAt(10) == ' ' ? text.substring(0, 10) + 'T' + text.substring(11) : text;
      TemporalAccessor read =
          DateTimeFormatter.ISO_DATE_TIME.parseBest(iso, OffsetDateTime::from, LocalDateTime::from);
      return Optional.of(
          read instanceof OffsetDateTime exact
              ? exact.toInstant()
              : LocalDateTime.from(read).toInstant(ZoneOffset.UTC));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  /** Compares by code point, where {@link String#compareTo} compares by UTF-16 unit. */
  static int compareByCodePoint(String a, String b) {
    int shorter = Math.min(a.length(), b.length());
    for (int i = 0; i < shorter; i++) {
      char x = a.charAt(i);
      char y = b.charAt(i);
      if (x != y) {
        boolean xBeyond = Character.isSurrogate(x);
        return xBeyond == Character.isSurrogate(y) ? Character.compare(x, y) : xBeyond ? 1 : -1;
      }
    }
    return Integer.compare(a.length(), b.length());
  }
}
