package org.octroi.policy;

/** The policy could not be asked, or its answer is no decision. */
public final class DecisionUnavailableException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public DecisionUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }

  public DecisionUnavailableException(String message) {
    super(message);
  }
}
