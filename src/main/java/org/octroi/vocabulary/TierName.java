package org.octroi.vocabulary;

/** The name of a tier inside its offer, for example {@code open} or {@code pro}; a slug. */
public record TierName(String value) {

  public TierName {
    value = new Slug(value).value();
  }

  @Override
  public String toString() {
    return value;
  }
}
