package org.octroi.outbox;

/**
 * A letter in plain text.
 *
 * @param to one address
 * @param subject one line; line ends in it become spaces
 * @param text any text
 */
public record Letter(String to, String subject, String text) {

  /** Says nothing of what is in it. */
  @Override
  public String toString() {
    return "Letter[…]";
  }
}
