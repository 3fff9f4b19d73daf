package org.octroi.problem;

/**
 * The program can't start as it is set up, and somebody can mend that: one clear sentence and what
 * to do, shown instead of a stack trace.
 */
public final class StartRefusedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final String whatToDo;

  /**
   * @param what what is wrong, one sentence
   * @param whatToDo what to do about it, one sentence or a line to type
   */
  public StartRefusedException(String what, String whatToDo) {
    super(what);
    this.whatToDo = whatToDo;
  }

  /** What to do about it. */
  public String whatToDo() {
    return whatToDo;
  }
}
