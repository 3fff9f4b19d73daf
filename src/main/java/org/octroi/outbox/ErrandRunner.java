package org.octroi.outbox;

/**
 * Does what an {@link Errand} asks for. It waits, on a virtual thread, and may be interrupted; it
 * may be asked for the same twice, and for an older thing after a newer, so it looks at how things
 * are to be now.
 */
public interface ErrandRunner {

  /**
   * @throws ErrandFailedException when it could not be done
   */
  void run(String body) throws ErrandFailedException;

  /** An errand failed; another try is made later. The message says why, and nothing secret. */
  final class ErrandFailedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String why;

    public ErrandFailedException(String why) {
      super(why);
      this.why = why;
    }

    /** Why, in words. */
    public String why() {
      return why;
    }
  }
}
