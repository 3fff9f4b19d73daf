package org.octroi.outbox;

/**
 * Something to be done at another server of the house.
 *
 * @param body what {@link ErrandRunner} reads
 */
public record Errand(String body) {

  /** Says nothing of what is in it. */
  @Override
  public String toString() {
    return "Errand[…]";
  }
}
