package org.octroi.statistics;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** What usage can be told apart by. */
public enum Dimension {
  DATASET("dataset_id"),
  APPLICATION("application_id"),
  PURPOSE("purpose"),
  STATUS("status"),
  OFFER("offer_id"),
  AGREEMENT("agreement_id"),
  TIER("tier"),
  CHANNEL("channel"),
  REASON("reason");

  private final String column;

  Dimension(String column) {
    this.column = column;
  }

  /** The column of {@code usage_rollup}. */
  String column() {
    return column;
  }

  /** The word in requests, for example {@code dataset}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The dimension of a word, if there is one. */
  public static Optional<Dimension> of(String word) {
    return Arrays.stream(values()).filter(d -> d.word().equals(word)).findFirst();
  }

  /** All words, for messages. */
  static String words() {
    return Arrays.stream(values()).map(Dimension::word).collect(Collectors.joining(", "));
  }
}
