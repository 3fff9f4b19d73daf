package org.octroi.offer;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import org.octroi.vocabulary.Bilingual;

/**
 * A question that an offer asks of whoever requests it. Its bounds belong to its kind: a length to
 * texts, the smallest and the greatest to numbers, the first and the last day to dates, options to
 * choices.
 *
 * @param id its name among the offer's questions, the key of its answer
 * @param title the question itself
 * @param kind how it is answered
 * @param required whether a request needs an answer
 * @param options what can be chosen
 * @param maxLength the most characters of a text
 * @param least the smallest number
 * @param most the greatest number
 * @param earliest the first day
 * @param latest the last day
 */
public record Question(
    String id,
    Bilingual title,
    Kind kind,
    boolean required,
    List<Option> options,
    OptionalInt maxLength,
    Optional<BigDecimal> least,
    Optional<BigDecimal> most,
    Optional<LocalDate> earliest,
    Optional<LocalDate> latest) {

  /** The most characters that a line may have, where the question says nothing. */
  public static final int LINE = 300;

  /** The most characters that a long text may have, and the most that a question may allow. */
  public static final int LONG = 10_000;

  private static final Pattern ID = Pattern.compile("[a-z][a-zA-Z0-9-]{0,40}");

  /**
   * @throws IllegalArgumentException when a bound does not belong to the kind, or contradicts
   *     another; the message is to be read after "the question"
   */
  public Question {
    options = List.copyOf(options);
    if (!ID.matcher(id).matches()) {
      throw new IllegalArgumentException(
          "must have an id of 1 to 41 letters, digits or hyphens, beginning with a small letter");
    }
    only(kind == Kind.CHOICE, !options.isEmpty(), "options are for a choice, which needs them");
    if (options.stream().map(Option::value).distinct().count() != options.size()) {
      throw new IllegalArgumentException("must have each option once");
    }
    if (maxLength.isPresent() && !kind.isText()) {
      throw new IllegalArgumentException("a length is for texts only");
    }
    if (maxLength.isPresent() && (maxLength.getAsInt() < 1 || maxLength.getAsInt() > LONG)) {
      throw new IllegalArgumentException("must have a length of 1 to " + LONG);
    }
    if ((least.isPresent() || most.isPresent()) && kind != Kind.NUMBER) {
      throw new IllegalArgumentException("least and most are for numbers only");
    }
    if (least.isPresent() && most.isPresent() && least.get().compareTo(most.get()) > 0) {
      throw new IllegalArgumentException("must have a least that is not above its most");
    }
    if ((earliest.isPresent() || latest.isPresent()) && kind != Kind.DATE) {
      throw new IllegalArgumentException("earliest and latest are for dates only");
    }
    if (earliest.isPresent() && latest.isPresent() && earliest.get().isAfter(latest.get())) {
      throw new IllegalArgumentException("must have an earliest day that is not after its latest");
    }
    least = least.map(BigDecimal::stripTrailingZeros);
    most = most.map(BigDecimal::stripTrailingZeros);
  }

  /**
   * Something that can be chosen.
   *
   * @param value how an answer names it
   * @param title what people read
   */
  public record Option(String value, Bilingual title) {

    public Option {
      if (!ID.matcher(value).matches()) {
        throw new IllegalArgumentException(
            "must have options named by 1 to 41 letters, digits or hyphens, beginning with a small"
                + " letter");
      }
    }
  }

  /** How a question is answered. */
  public enum Kind {
    /** One line of text. */
    TEXT,
    /** Text of several lines. */
    LONG_TEXT,
    /** The value of one option. */
    CHOICE,
    /** A number. */
    NUMBER,
    /** A day, as ISO 8601 writes it. */
    DATE,
    /** True or false. */
    YES_NO,
    /** The id of a file that the reuser attached. */
    FILE;

    boolean isText() {
      return this == TEXT || this == LONG_TEXT;
    }

    /** The word as it stands in files and APIs. */
    public String word() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  private static void only(boolean kind, boolean given, String sentence) {
    if (kind != given) {
      throw new IllegalArgumentException(sentence);
    }
  }
}
