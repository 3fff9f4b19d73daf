package org.octroi.store;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The part of a file that a {@code Range} asks for (RFC 9110 §14).
 *
 * @param from the first byte
 * @param to the last byte, included; smaller than {@code from} where the range can't be given
 */
record FileRange(long from, long to) {

  private static final Pattern SINGLE = Pattern.compile("bytes=([0-9]{0,18})-([0-9]{0,18})");

  /** The range asked for; nothing where there is none, or one that is left aside. */
  static Optional<FileRange> of(@Nullable String header, long size) {
    Matcher matcher = header == null ? null : SINGLE.matcher(header.strip());
    if (matcher == null || !matcher.matches()) {
      // Several ranges at once may be left aside (RFC 9110 §14.2), and cost much to answer.
      return Optional.empty();
    }
    String first = matcher.group(1);
    String last = matcher.group(2);
    if (first.isEmpty() && last.isEmpty()) {
      return Optional.empty();
    }
    if (first.isEmpty()) {
      long length = Math.min(Long.parseLong(last), size);
      return Optional.of(new FileRange(size - length, length == 0 ? -1 : size - 1));
    }
    long from = Long.parseLong(first);
    long to = last.isEmpty() ? size - 1 : Long.parseLong(last);
    if (!last.isEmpty() && to < from) {
      return Optional.empty();
    }
    return Optional.of(
        from >= size ? new FileRange(size, -1) : new FileRange(from, Math.min(to, size - 1)));
  }

  boolean satisfiable() {
    return to >= from;
  }

  long length() {
    return to - from + 1;
  }
}
