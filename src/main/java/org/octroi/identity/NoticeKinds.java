package org.octroi.identity;

import java.util.List;
import java.util.stream.Stream;

/**
 * Which kinds of notices a webhook wants.
 *
 * @param patterns kinds as they are, such as {@code agreement.revoked}, or all of a noun, such as
 *     {@code agreement.*}; none for every kind
 */
record NoticeKinds(List<String> patterns) {

  static final String KIND = "[a-z][a-z-]*\\.[a-z][a-z-]*";

  private static final String PATTERN = "[a-z][a-z-]*\\.([a-z][a-z-]*|\\*)";
  private static final int LONGEST = 80;

  NoticeKinds {
    patterns = List.copyOf(patterns);
  }

  /**
   * Reads one pattern.
   *
   * @throws IllegalArgumentException when it is none
   */
  static String pattern(String text) {
    if (!text.matches(PATTERN) || text.length() > LONGEST) {
      throw new IllegalArgumentException(
          "must be a kind such as agreement.revoked, or agreement.* for all of a noun");
    }
    return text;
  }

  /** As one column keeps them. */
  String column() {
    return String.join(" ", patterns);
  }

  static NoticeKinds ofColumn(String column) {
    return new NoticeKinds(Stream.of(column.split(" ")).filter(k -> !k.isEmpty()).toList());
  }

  boolean include(String kind) {
    return patterns.isEmpty()
        || patterns.stream()
            .anyMatch(
                pattern ->
                    pattern.endsWith("*")
                        ? kind.startsWith(pattern.substring(0, pattern.length() - 1))
                        : kind.equals(pattern));
  }
}
