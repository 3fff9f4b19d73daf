package org.octroi.charter;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.Period;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.octroi.charter.Entry.Fields;
import org.octroi.charter.Entry.Reader;
import org.octroi.vocabulary.Bilingual;
import org.octroi.vocabulary.Slug;
import org.octroi.vocabulary.ValidityPeriod;

/** How the plain values of a charter are read. */
final class Values {

  private static final Duration CENTURY = Duration.ofDays(36_525);
  private static final Instant EARLIEST = Instant.parse("1900-01-01T00:00:00Z");
  private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

  private Values() {}

  /** A text that says something, of at most so many characters. */
  static Reader<String> text(int most) {
    return entry ->
        entry
            .scalar()
            .flatMap(
                text -> {
                  if (text.isBlank()) {
                    return entry.refuse("is empty");
                  }
                  if (text.length() > most) {
                    return entry.refuse("must be at most " + most + " characters");
                  }
                  if (text.chars().anyMatch(c -> Character.isISOControl(c) && c != '\n')) {
                    return entry.refuse("must not contain control characters");
                  }
                  return Optional.of(text.strip());
                });
  }

  /** A text of a form that a constructor checks; the message is the constructor's. */
  static <T> Reader<T> of(Function<String, T> constructor) {
    return entry ->
        entry
            .scalar()
            .flatMap(
                text -> {
                  try {
                    return Optional.of(constructor.apply(text));
                  } catch (IllegalArgumentException e) {
                    return entry.refuse(quoted(text) + " " + e.getMessage());
                  }
                });
  }

  /** The name of a thing in an address. */
  static Reader<Slug> slug() {
    return of(Slug::new);
  }

  /** A text of this shape. */
  static Reader<String> shaped(String shape, String expected) {
    return entry ->
        entry
            .scalar()
            .flatMap(
                text ->
                    text.matches(shape)
                        ? Optional.of(text)
                        : entry.refuse(quoted(text) + " " + expected));
  }

  static Reader<Boolean> bool() {
    return entry ->
        entry
            .scalar()
            .flatMap(
                text ->
                    switch (text) {
                      case "true" -> Optional.of(true);
                      case "false" -> Optional.of(false);
                      default -> entry.refuse(quoted(text) + " must be true or false");
                    });
  }

  static Reader<Long> whole(long least, long most) {
    return entry ->
        entry
            .scalar()
            .flatMap(
                text -> {
                  if (text.matches("-?[0-9]{1,18}")) {
                    long number = Long.parseLong(text);
                    if (number >= least && number <= most) {
                      return Optional.of(number);
                    }
                  }
                  return entry.refuse(
                      quoted(text) + " must be a whole number from " + least + " to " + most);
                });
  }

  static Reader<Double> decimal() {
    return entry ->
        entry
            .scalar()
            .flatMap(
                text ->
                    text.matches("-?[0-9]{1,9}(\\.[0-9]{1,15})?")
                        ? Optional.of(Double.valueOf(text))
                        : entry.refuse(quoted(text) + " must be a number"));
  }

  /** Both languages, each of at most so many characters. */
  static Reader<Bilingual> bilingual(int most) {
    return entry -> {
      Fields fields = entry.fields("fr", "en");
      return Optional.of(
          new Bilingual(fields.need("fr", text(most), ""), fields.need("en", text(most), "")));
    };
  }

  /** One of the words, as the value that has it. */
  static <T> Reader<T> word(T[] values, Function<T, String> wordOf) {
    return entry ->
        entry
            .written() // "null" is a word for how to mask
            .flatMap(
                text -> {
                  for (T value : values) {
                    if (wordOf.apply(value).equals(text)) {
                      return Optional.of(value);
                    }
                  }
                  if (entry.isNull()) {
                    return entry.refuseNull();
                  }
                  List<String> words = Arrays.stream(values).map(wordOf).toList();
                  return entry.refuse(
                      quoted(text)
                          + " must be one of "
                          + String.join(", ", words)
                          + Nearest.hint(text, words));
                });
  }

  /** A duration longer than nothing, of at most 100 years. */
  static Reader<Duration> duration() {
    return duration(Duration.ofNanos(1), CENTURY, "at most 100 years (P36525D)");
  }

  /**
   * A duration within bounds.
   *
   * @param bounds the bounds, in words
   */
  static Reader<Duration> duration(Duration least, Duration most, String bounds) {
    return entry ->
        entry
            .scalar()
            .flatMap(
                text -> {
                  try {
                    Duration duration = Duration.parse(text);
                    if (duration.isPositive()) {
                      return duration.compareTo(least) >= 0 && duration.compareTo(most) <= 0
                          ? Optional.of(duration)
                          : entry.refuse(quoted(text) + " must be " + bounds);
                    }
                  } catch (DateTimeException e) {
                    // The finding below says what is expected.
                  }
                  return entry.refuse(
                      quoted(text)
                          + " must be an ISO 8601 duration in days, hours, minutes or seconds, such"
                          + " as P1D or PT1S");
                });
  }

  /** A period in years, months or days, longer than nothing, of at most 100 years. */
  static Reader<Period> period() {
    return entry ->
        entry
            .scalar()
            .flatMap(
                text -> {
                  try {
                    Period period = Period.parse(text);
                    if (!period.isNegative() && !period.isZero()) {
                      return ValidityPeriod.isWithinACentury(period)
                          ? Optional.of(period)
                          : entry.refuse(quoted(text) + " must be at most 100 years");
                    }
                  } catch (DateTimeException e) {
                    // The finding below says what is expected.
                  }
                  return entry.refuse(
                      quoted(text)
                          + " must be an ISO 8601 period in years, months or days, such as P1Y");
                });
  }

  static Reader<ZoneId> zone() {
    return entry ->
        entry
            .scalar()
            .flatMap(
                text ->
                    ZoneId.getAvailableZoneIds().contains(text)
                        ? Optional.of(ZoneId.of(text))
                        : entry.refuse(
                            quoted(text)
                                + " is no time zone"
                                + Nearest.hint(text, ZoneId.getAvailableZoneIds())));
  }

  /** A date, meaning its first moment in the zone, or a date-time; of the years 1900 to 9999. */
  static Reader<Instant> moment(ZoneId zone) {
    return entry ->
        entry
            .scalar()
            .flatMap(
                text -> {
                  try {
                    Instant moment = parsed(text, zone);
                    return moment.isBefore(EARLIEST) || moment.isAfter(LATEST)
                        ? entry.refuse(quoted(text) + " must be from 1900 to 9999")
                        : Optional.of(moment);
                  } catch (DateTimeException e) {
                    return entry.refuse(
                        quoted(text)
                            + " must be a date or a date-time, such as 2025-11-17 or"
                            + " 2025-11-17T08:30:00Z");
                  }
                });
  }

  private static Instant parsed(String text, ZoneId zone) {
    if (text.length() == 10) {
      return LocalDate.parse(text).atStartOfDay(zone).toInstant();
    }
    return text.matches(".*(Z|[+-][0-9:]{4,6})")
        ? OffsetDateTime.parse(text).toInstant()
        : LocalDateTime.parse(text).atZone(zone).toInstant();
  }

  static String quoted(String text) {
    return "\"" + (text.length() > 60 ? text.substring(0, 60) + "…" : text) + "\"";
  }
}
