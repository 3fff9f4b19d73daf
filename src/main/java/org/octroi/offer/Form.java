package org.octroi.offer;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.octroi.identity.web.Fields;
import org.octroi.problem.Refusal.FieldError;

/**
 * What an offer asks of whoever requests it, frozen with the offer's version. Immutable.
 *
 * @param questions in the order in which they are asked
 */
public record Form(List<Question> questions) {

  /** Asks nothing. */
  public static final Form NONE = new Form(List.of());

  /** The most questions that a form may have. */
  public static final int MOST = 50;

  private static final Pattern ONE_LINE = Pattern.compile(Fields.LINE);
  private static final Pattern SEVERAL_LINES = Pattern.compile(Fields.TEXT);
  private static final Pattern DAY = Pattern.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}");
  private static final Pattern FILE_ID = Pattern.compile("[A-Za-z0-9-]{1,100}");
  private static final int MOST_DIGITS = 40;

  /**
   * @throws IllegalArgumentException when there are too many questions or two of one id
   */
  public Form {
    questions = List.copyOf(questions);
    if (questions.size() > MOST) {
      throw new IllegalArgumentException("must have at most " + MOST + " questions");
    }
    if (questions.stream().map(Question::id).distinct().count() != questions.size()) {
      throw new IllegalArgumentException("must have each question's id once");
    }
  }

  /**
   * All that speaks against these answers.
   *
   * @param answers by the question's id, as JSON is read: texts, numbers, truth values; null is no
   *     answer. Whether a file of that id was attached is for the caller to see
   * @return each with a JSON pointer into the object of the answers, such as {@code /audience}
   */
  public List<FieldError> objections(Map<String, ? extends @Nullable Object> answers) {
    List<FieldError> found = new ArrayList<>();
    for (Question question : questions) {
      @Nullable Object answer = answers.get(question.id());
      Optional<String> wrong =
          answer == null || (answer instanceof String text && text.isBlank())
              ? question.required() ? Optional.of("needs an answer") : Optional.empty()
              : objection(question, answer);
      wrong.ifPresent(sentence -> found.add(new FieldError("/" + question.id(), sentence)));
    }
    Map<String, Question> known =
        questions.stream().collect(Collectors.toMap(Question::id, Function.identity()));
    answers.keySet().stream()
        .filter(id -> !known.containsKey(id))
        .sorted()
        .forEach(id -> found.add(new FieldError(pointer(id), "is no question of this offer")));
    return List.copyOf(found);
  }

  private static Optional<String> objection(Question question, Object answer) {
    return switch (question.kind()) {
      case TEXT -> text(question, answer, ONE_LINE, Question.LINE, Fields.LINE_EXPECTED);
      case LONG_TEXT ->
          text(
              question,
              answer,
              SEVERAL_LINES,
              Question.LONG,
              "must be text without control characters");
      case CHOICE ->
          question.options().stream().anyMatch(option -> option.value().equals(answer))
              ? Optional.empty()
              : Optional.of(
                  "must be one of "
                      + question.options().stream()
                          .map(Question.Option::value)
                          .collect(Collectors.joining(", ")));
      case NUMBER -> number(question, answer);
      case DATE -> day(question, answer);
      case YES_NO ->
          answer instanceof Boolean ? Optional.empty() : Optional.of("must be true or false");
      case FILE ->
          answer instanceof String id && FILE_ID.matcher(id).matches()
              ? Optional.empty()
              : Optional.of("must be the id of an attached file");
    };
  }

  private static Optional<String> text(
      Question question, Object answer, Pattern shape, int usual, String expected) {
    if (!(answer instanceof String text)) {
      return Optional.of("must be a text");
    }
    int most = question.maxLength().orElse(usual);
    if (text.codePointCount(0, text.length()) > most) {
      return Optional.of("must be at most " + most + " characters");
    }
    return shape.matcher(text).matches() ? Optional.empty() : Optional.of(expected);
  }

  private static Optional<String> number(Question question, Object answer) {
    Optional<BigDecimal> number = decimal(answer);
    if (number.isEmpty()) {
      return Optional.of("must be a number");
    }
    if (question.least().filter(least -> number.get().compareTo(least) < 0).isPresent()) {
      return Optional.of("must be at least " + question.least().get().toPlainString());
    }
    if (question.most().filter(most -> number.get().compareTo(most) > 0).isPresent()) {
      return Optional.of("must be at most " + question.most().get().toPlainString());
    }
    return Optional.empty();
  }

  private static Optional<BigDecimal> decimal(Object answer) {
    Optional<BigDecimal> number =
        switch (answer) {
          case BigDecimal exact -> Optional.of(exact);
          case BigInteger whole -> Optional.of(new BigDecimal(whole));
          case Double real when Double.isFinite(real) -> Optional.of(BigDecimal.valueOf(real));
          case Float real when Float.isFinite(real) -> Optional.of(new BigDecimal(real.toString()));
          case Long whole -> Optional.of(BigDecimal.valueOf(whole));
          case Integer whole -> Optional.of(BigDecimal.valueOf(whole));
          default -> Optional.empty();
        };
    // Nobody answers 1E999999999, and written out it would not fit anywhere.
    return number.filter(
        n -> n.precision() <= MOST_DIGITS && Math.abs((long) n.scale()) <= MOST_DIGITS);
  }

  private static Optional<String> day(Question question, Object answer) {
    if (!(answer instanceof String text) || !DAY.matcher(text).matches()) {
      return Optional.of("must be a day such as 2026-03-01");
    }
    LocalDate day;
    try {
      day = LocalDate.parse(text);
    } catch (DateTimeException notADay) {
      return Optional.of("must be a day such as 2026-03-01");
    }
    if (question.earliest().filter(day::isBefore).isPresent()) {
      return Optional.of("must not be before " + question.earliest().get());
    }
    if (question.latest().filter(day::isAfter).isPresent()) {
      return Optional.of("must not be after " + question.latest().get());
    }
    return Optional.empty();
  }

  private static String pointer(String member) {
    return "/" + member.replace("~", "~0").replace("/", "~1");
  }
}
