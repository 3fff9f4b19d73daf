package org.octroi.offer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.octroi.identity.web.Fields;
import org.octroi.problem.Refusal.FieldError;
import org.octroi.vocabulary.Bilingual;

/**
 * Reads the members of a body and gathers all that is wrong in them: reading never throws, it says
 * what is wrong at its pointer and gives nothing.
 */
final class Wrongs {

  private static final Pattern LINE = Pattern.compile(Fields.LINE);
  private static final Pattern TEXT = Pattern.compile(Fields.TEXT);

  private final List<FieldError> errors = new ArrayList<>();

  List<FieldError> errors() {
    return List.copyOf(errors);
  }

  boolean none() {
    return errors.isEmpty();
  }

  /** Says that something is wrong, and gives nothing. */
  <T> Optional<T> at(String pointer, String sentence) {
    errors.add(new FieldError(pointer, sentence));
    return Optional.empty();
  }

  /** What is there; where it is not, that is said. */
  <T> Optional<T> need(String pointer, @Nullable T value) {
    return value == null ? at(pointer, "is missing") : Optional.of(value);
  }

  /** What a constructor makes of something; its message is what is wrong. */
  <S, T> Optional<T> made(String pointer, S of, Function<S, T> constructor) {
    try {
      return Optional.of(constructor.apply(of));
    } catch (IllegalArgumentException e) {
      @Nullable String message = e.getMessage();
      return at(pointer, message == null ? "is not of the form expected here" : message);
    }
  }

  /** One of a closed list of words. */
  <T> Optional<T> word(
      String pointer, @Nullable String text, T[] values, Function<T, String> word) {
    return need(pointer, text)
        .flatMap(
            given ->
                Arrays.stream(values)
                    .filter(value -> word.apply(value).equals(given))
                    .findFirst()
                    .or(
                        () ->
                            at(
                                pointer,
                                "must be one of "
                                    + Arrays.stream(values)
                                        .map(word)
                                        .collect(Collectors.joining(", ")))));
  }

  /** One line that says something. */
  Optional<String> line(String pointer, @Nullable String text, int most) {
    return need(pointer, text)
        .flatMap(
            given ->
                given.length() > most
                    ? at(pointer, "must be at most " + most + " characters")
                    : LINE.matcher(given).matches()
                        ? Optional.of(given.strip())
                        : at(pointer, Fields.LINE_EXPECTED));
  }

  /** Text of several lines that says something. */
  Optional<String> text(String pointer, @Nullable String text, int most) {
    return need(pointer, text)
        .flatMap(
            given ->
                given.length() > most
                    ? at(pointer, "must be at most " + most + " characters")
                    : !given.isBlank() && TEXT.matcher(given).matches()
                        ? Optional.of(given.strip())
                        : at(pointer, "must be text that says something"));
  }

  /** Both languages. */
  Optional<Bilingual> bilingual(String pointer, Wire.@Nullable Text text, int most) {
    return need(pointer, text)
        .flatMap(
            given -> {
              Optional<String> french = text(pointer + "/fr", given.fr(), most);
              Optional<String> english = text(pointer + "/en", given.en(), most);
              return french.flatMap(fr -> english.map(en -> new Bilingual(fr, en)));
            });
  }

  /** A whole number of these bounds, if it is there. */
  Optional<Long> whole(String pointer, @Nullable Long number, long least, long most) {
    if (number == null) {
      return Optional.empty();
    }
    return number >= least && number <= most
        ? Optional.of(number)
        : at(pointer, "must be a whole number from " + least + " to " + most);
  }

  /** What each item of a list is read as, those that are wrong left out; none where it is null. */
  <S, T> List<T> each(
      String pointer,
      @Nullable List<@Nullable S> items,
      int most,
      BiFunction<String, S, Optional<T>> reader) {
    List<T> read = new ArrayList<>();
    if (items == null) {
      return read;
    }
    if (items.size() > most) {
      at(pointer, "must have at most " + most + " items");
      return read;
    }
    for (int i = 0; i < items.size(); i++) {
      String at = pointer + "/" + i;
      need(at, items.get(i)).flatMap(item -> reader.apply(at, item)).ifPresent(read::add);
    }
    return read;
  }
}
