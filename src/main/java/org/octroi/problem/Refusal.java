package org.octroi.problem;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A refusal as a value, made where its reason is known and rendered in one place.
 *
 * @param type which refusal
 * @param arguments what the sentences of the type speak of, in the order of their placeholders
 * @param members members of the problem beside the standard ones, such as {@code errors} or {@code
 *     offers}; values are JSON-friendly (text, numbers, booleans, lists and maps of them, records)
 */
public record Refusal(ProblemType type, List<Object> arguments, Map<String, Object> members) {

  public Refusal {
    arguments = List.copyOf(arguments);
    members = Map.copyOf(members);
  }

  /** A refusal of this type; the arguments fill the placeholders of its sentences. */
  public static Refusal of(ProblemType type, Object... arguments) {
    return new Refusal(type, List.of(arguments), Map.of());
  }

  /** Bad input: one field is wrong, in words that say what is expected. */
  public static Refusal field(String pointer, String detail) {
    return fields(List.of(new FieldError(pointer, detail)));
  }

  /** Bad input: these fields are wrong. */
  public static Refusal fields(List<FieldError> errors) {
    return of(ProblemType.INVALID_FIELD).with("errors", List.copyOf(errors));
  }

  /** The same refusal with one more member. */
  public Refusal with(String member, Object value) {
    Map<String, Object> more = new LinkedHashMap<>(members);
    more.put(member, value);
    return new Refusal(type, arguments, more);
  }

  /**
   * One field that is wrong.
   *
   * @param pointer a JSON pointer (RFC 6901) into the body, or the name of a parameter or header
   * @param detail what is expected
   */
  public record FieldError(String pointer, String detail) {}
}
