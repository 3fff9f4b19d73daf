package org.octroi.identity.web;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.octroi.problem.Refusal;
import org.octroi.problem.RefusedException;

/** Reads the texts of a body as what they mean, or says which field is wrong. */
public final class Fields {

  /**
   * One line of text: no control or format characters and no line or paragraph separators, so that
   * nothing can hide in a name or turn it around.
   */
  public static final String LINE =
      "[^\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]*[^\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}\\s]"
          + "[^\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]*";

  /** What is to be said of a text that is not a {@link #LINE}. */
  public static final String LINE_EXPECTED =
      "must be one line of text without invisible characters";

  /** Text of several lines: control characters only as line ends and tabs. */
  public static final String TEXT = "[^\\p{Cntrl}]*+(?:[\\r\\n\\t][^\\p{Cntrl}]*+)*+";

  private Fields() {}

  /**
   * One of a closed list of words.
   *
   * @refuses invalid-field when it is none of them
   */
  public static <T> T word(String pointer, String text, T[] choices, Function<T, String> word) {
    for (T choice : choices) {
      if (word.apply(choice).equals(text)) {
        return choice;
      }
    }
    throw new RefusedException(
        Refusal.field(
            pointer,
            "must be one of "
                + Arrays.stream(choices).map(word).collect(Collectors.joining(", "))));
  }

  /**
   * What a constructor or factory makes of a text.
   *
   * @param reader throws {@link IllegalArgumentException}, its message in words for the field
   * @refuses invalid-field when it throws
   */
  public static <T> T read(String pointer, String text, Function<String, T> reader) {
    try {
      return reader.apply(text);
    } catch (IllegalArgumentException e) {
      @Nullable String message = e.getMessage();
      throw new RefusedException(
          Refusal.field(pointer, message == null ? "is not of the form expected here" : message));
    }
  }

  /**
   * An id in a body.
   *
   * @refuses invalid-field when it is not of an id's form
   */
  public static <T> T id(String pointer, String text, Function<String, T> reader) {
    try {
      return reader.apply(text);
    } catch (IllegalArgumentException e) {
      throw new RefusedException(Refusal.field(pointer, "must be an id as it was given out"));
    }
  }

  /**
   * A moment in a body (RFC 3339, in UTC).
   *
   * @refuses invalid-field when it is none
   */
  public static Instant time(String pointer, String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeException e) {
      throw new RefusedException(
          Refusal.field(pointer, "must be a time such as 2027-03-01T00:00:00Z"));
    }
  }
}
