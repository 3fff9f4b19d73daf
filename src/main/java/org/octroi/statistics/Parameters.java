package org.octroi.statistics;

import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.octroi.problem.ProblemType;
import org.octroi.problem.Refusal;
import org.octroi.problem.RefusedException;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.util.MimeTypeUtils;

/** Reads parameters, and remembers all that is wrong, so that it is said at once. */
final class Parameters {

  /** Bounds that databases and calendars can reckon from, whatever the zone. */
  private static final LocalDate FIRST = LocalDate.of(2000, 1, 1);

  private static final LocalDate LAST = LocalDate.of(2999, 12, 31);

  private final List<Refusal.FieldError> errors = new ArrayList<>();

  void wrong(String name, String expected) {
    errors.add(new Refusal.FieldError(name, expected));
  }

  <T> Optional<T> read(
      String name, @Nullable String text, String expected, Function<String, T> parse) {
    if (text == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(parse.apply(text));
    } catch (IllegalArgumentException | DateTimeParseException e) {
      wrong(name, expected);
      return Optional.empty();
    }
  }

  Optional<LocalDate> date(String name, @Nullable String text) {
    return read(
        name,
        text,
        "must be a date from " + FIRST + " to " + LAST + ", such as 2026-11-24",
        Parameters::date);
  }

  private static LocalDate date(String text) {
    LocalDate date = LocalDate.parse(text);
    if (date.isBefore(FIRST) || date.isAfter(LAST)) {
      throw new IllegalArgumentException(text);
    }
    return date;
  }

  void checkDays(LocalDate first, LocalDate last, int most) {
    if (last.isBefore(first)) {
      wrong("to", "must not be before from");
    } else if (ChronoUnit.DAYS.between(first, last) >= most) {
      wrong("from", "must be at most " + most + " days before to");
    }
  }

  Optional<Dimension> dimension(String name, @Nullable String text) {
    return read(
        name,
        text,
        "must be one of " + Dimension.words(),
        word -> Dimension.of(word).orElseThrow(IllegalArgumentException::new));
  }

  /** Whether CSV is wanted, and not JSON. */
  boolean wantsCsv(@Nullable String format, @Nullable String accept) {
    if (format != null) {
      return read("format", format, "must be json or csv", Parameters::csv).orElse(false);
    }
    if (accept == null || accept.isBlank()) {
      return false;
    }
    try {
      List<MediaType> wanted = MediaType.parseMediaTypes(accept);
      MimeTypeUtils.sortBySpecificity(wanted);
      for (MediaType type : wanted) {
        if (type.includes(MediaType.APPLICATION_JSON)) {
          return false;
        }
        if (type.includes(MediaType.parseMediaType("text/csv"))) {
          return true;
        }
      }
    } catch (InvalidMediaTypeException e) {
      throw RefusedException.of(ProblemType.NOT_ACCEPTABLE);
    }
    throw RefusedException.of(ProblemType.NOT_ACCEPTABLE);
  }

  private static boolean csv(String word) {
    return switch (word) {
      case "csv" -> true;
      case "json" -> false;
      default -> throw new IllegalArgumentException(word);
    };
  }

  /** Everything read so far must have been right. */
  void refuseWrong() {
    if (!errors.isEmpty()) {
      throw new RefusedException(Refusal.fields(errors));
    }
  }
}
