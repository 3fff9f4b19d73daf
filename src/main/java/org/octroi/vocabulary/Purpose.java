package org.octroi.vocabulary;

import java.util.regex.Pattern;

/**
 * Why data is used: a term of the W3C Data Privacy Vocabulary's purposes, by its local name, for
 * example {@code ServiceProvision} (<a href="https://w3id.org/dpv">DPV 2.3</a>). That the term
 * exists, and what it covers, is asked of {@link Purposes}.
 */
public record Purpose(String term) implements Comparable<Purpose> {

  private static final Pattern SHAPE = Pattern.compile("[A-Z][A-Za-z0-9]{2,79}");

  /**
   * @throws IllegalArgumentException when the text has not the shape of a DPV term
   */
  public Purpose {
    if (!SHAPE.matcher(term).matches()) {
      throw new IllegalArgumentException(
          "must be the name of a DPV purpose, such as ServiceProvision");
    }
  }

  @Override
  public int compareTo(Purpose other) {
    return term.compareTo(other.term);
  }

  @Override
  public String toString() {
    return term;
  }
}
