package org.octroi.identity.web;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.octroi.problem.ProblemType;
import org.octroi.problem.Refusal;
import org.octroi.problem.RefusedException;

/**
 * The version of an object that its changer has seen, from {@code If-Match} (RFC 9110 §13.1.1). A
 * controller takes it as an argument; for {@code PUT}, {@code PATCH} and {@code DELETE} a request
 * without one is refused before the controller is reached.
 */
public sealed interface ExpectedVersion {

  /** Whatever it is: no condition was sent, or {@code *}. */
  record Any() implements ExpectedVersion {}

  /** This one. */
  record Exactly(long version) implements ExpectedVersion {}

  /** One that never was: a tag that is not of ours. */
  record Unknown() implements ExpectedVersion {}

  /** Our tags: the version in quotes, some with a state after it. Weak ones never match here. */
  Pattern TAG = Pattern.compile("\"([0-9]{1,18})(?:\\.[a-z-]{1,40})?\"");

  /** Reads a field's value. */
  static ExpectedVersion of(Optional<String> ifMatch) {
    if (ifMatch.isEmpty() || ifMatch.get().strip().equals("*")) {
      return new Any();
    }
    Matcher tag = TAG.matcher(ifMatch.get().strip());
    return tag.matches() ? new Exactly(Long.parseLong(tag.group(1))) : new Unknown();
  }

  /**
   * Goes on only when the object is still at the version that was seen.
   *
   * @refuses stale-version when somebody was faster
   */
  default void check(long actual) {
    boolean fresh =
        switch (this) {
          case Any any -> true;
          case Exactly(long version) -> version == actual;
          case Unknown unknown -> false;
        };
    if (!fresh) {
      throw new RefusedException(
          Refusal.of(ProblemType.STALE_VERSION).with("currentVersion", "\"" + actual + "\""));
    }
  }

  /**
   * The entity tag of an object whose state also changes with the time, without a new version. A
   * change is still held to the version alone.
   *
   * @param state one word of small letters
   */
  static String tag(long version, String state) {
    return "\"" + version + "." + state + "\"";
  }

  /** An object's entity tag. */
  static String tag(long version) {
    return "\"" + version + "\"";
  }
}
