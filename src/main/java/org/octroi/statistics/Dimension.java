package org.octroi.statistics;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** What usage can be told apart by, and what one can ask for only one of. */
public enum Dimension {
  HOLDER("holder_id"),
  DATASET("dataset_id"),
  DISTRIBUTION("distribution_id"),
  OFFER("offer_id"),
  AGREEMENT("agreement_id"),
  APPLICATION("application_id"),
  REUSER("reuser"),
  LICENCE("licence_version_id"),
  TIER("tier"),
  PURPOSE("purpose"),
  ACTION("action"),
  FORMAT("format"),
  CHANNEL("channel"),
  STATUS("status"),
  REASON("reason"),
  OUTCOME("outcome");

  private final String column;

  Dimension(String column) {
    this.column = column;
  }

  /** The column of the rollups. */
  String column() {
    return column;
  }

  /** Whether sketches are kept for each of it, under the same word. */
  boolean isSketched() {
    return switch (this) {
      case HOLDER, DATASET, DISTRIBUTION, OFFER, AGREEMENT, APPLICATION -> true;
      case REUSER, LICENCE, TIER, PURPOSE, ACTION, FORMAT, CHANNEL, STATUS, REASON, OUTCOME ->
          false;
    };
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
