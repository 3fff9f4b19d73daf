package org.octroi.problem;

/** Carries a {@link Refusal} out of the desk's commands to the one place that renders it. */
public final class RefusedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient Refusal refusal;

  public RefusedException(Refusal refusal) {
    super(refusal.type().word() + refusal.arguments());
    this.refusal = refusal;
  }

  /** Throws-friendly short form of {@code new RefusedException(Refusal.of(...))}. */
  public static RefusedException of(ProblemType type, Object... arguments) {
    return new RefusedException(Refusal.of(type, arguments));
  }

  public Refusal refusal() {
    return refusal;
  }
}
