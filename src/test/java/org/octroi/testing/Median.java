package org.octroi.testing;

import java.util.Arrays;

/** The middle of what several rounds measured. */
public final class Median {

  private Median() {}

  /** Of these values, which stay in their order. */
  public static double of(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
