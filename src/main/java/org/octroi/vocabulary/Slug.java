package org.octroi.vocabulary;

import java.util.Set;
import java.util.regex.Pattern;

/**
 * The name of a thing in an address: {@code [a-z][a-z0-9-]{1,40}}.
 *
 * <p>Territories share their first path segment with the desk's own pages, so theirs are kept off a
 * list of reserved words: see {@link #ofTerritory}.
 */
public record Slug(String value) implements Comparable<Slug> {

  private static final Pattern SHAPE = Pattern.compile("[a-z][a-z0-9-]{1,40}");

  private static final Set<String> RESERVED =
      Set.of(
          "my",
          "holder",
          "admin",
          "api",
          "oauth2",
          "licences",
          "register",
          "problems",
          "login",
          "logout",
          "welcome",
          "error",
          "assets",
          "reuses",
          "barriers",
          "guide",
          "actuator",
          "healthz",
          "webjars",
          "connect",
          "gate",
          "userinfo");

  /**
   * @throws IllegalArgumentException when the text is not a slug
   */
  public Slug {
    if (!SHAPE.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "must be 2 to 41 lower-case letters, digits or hyphens, beginning with a letter");
    }
  }

  /**
   * A slug that may name a territory.
   *
   * @throws IllegalArgumentException when it is not a slug, or a reserved word
   */
  public static Slug ofTerritory(String value) {
    if (RESERVED.contains(value)) {
      throw new IllegalArgumentException("is a reserved word");
    }
    return new Slug(value);
  }

  @Override
  public int compareTo(Slug other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
