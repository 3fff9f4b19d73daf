package org.octroi.store;

import io.netty.handler.codec.DateFormatter;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The conditions of a request on a file (RFC 9110 §13).
 *
 * @param entityTag the file's strong validator, quoted
 * @param lastModified when the file changed last
 */
record FileConditions(String entityTag, Instant lastModified) {

  /** Whether the reader has the file as it is. */
  boolean notModified(Map<String, String> headers) {
    String tags = headers.get("if-none-match");
    if (tags != null) {
      return tags.strip().equals("*")
          || Stream.of(tags.split(",", -1))
              .map(tag -> tag.strip().startsWith("W/") ? tag.strip().substring(2) : tag.strip())
              .anyMatch(entityTag::equals);
    }
    return date(headers.get("if-modified-since"))
        .map(since -> !lastModified.truncatedTo(ChronoUnit.SECONDS).isAfter(since))
        .orElse(false);
  }

  /** Whether a range may be given: the reader has the beginning of the same file. */
  boolean rangeHolds(Map<String, String> headers) {
    String condition = headers.get("if-range");
    if (condition == null) {
      return true;
    }
    return condition.strip().equals(entityTag)
        || date(condition)
            .map(date -> date.equals(lastModified.truncatedTo(ChronoUnit.SECONDS)))
            .orElse(false);
  }

  private static Optional<Instant> date(@Nullable String text) {
    Date date = text == null ? null : DateFormatter.parseHttpDate(text);
    return Optional.ofNullable(date).map(Date::toInstant);
  }
}
