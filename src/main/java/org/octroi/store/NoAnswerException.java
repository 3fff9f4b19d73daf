package org.octroi.store;

/**
 * What was posted got no answer that can be read. The message goes on from "it was not answered
 * because": it names no secret, and nothing that the server wrote.
 */
public final class NoAnswerException extends Exception {
  private static final long serialVersionUID = 1L;

  NoAnswerException(String message) {
    super(message);
  }
}
