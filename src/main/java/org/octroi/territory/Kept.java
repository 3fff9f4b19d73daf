package org.octroi.territory;

/**
 * What came of asking that something be kept in a given form.
 *
 * @param kept the thing as it is now
 * @param outcome what had to be done
 */
public record Kept<T>(T kept, Outcome outcome) {

  /** What had to be done. */
  public enum Outcome {
    /** It was not there. */
    ADDED,
    /** It was there in another form. */
    CHANGED,
    /** It was there like this: nothing was written, nothing announced. */
    UNCHANGED
  }
}
