package org.octroi.statistics;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;
import org.octroi.usage.Sketches;

/**
 * One line of an answer. The raw count and COUNTER's reading stand side by side: a program that
 * asks every ten seconds makes 8,640 requests a day, and one action in COUNTER's sense.
 *
 * @param time the month ({@code 2026-11}), the local day ({@code 2026-11-24}) or the hour in UTC
 *     ({@code 2026-11-24T23:00:00Z}); absent in a breakdown
 * @param value what the line is about: an id or a word of the dimension; absent where nothing is
 *     told apart, or where the events had none
 * @param name its name in the reader's language, where it has one
 * @param requests how many requests, raw: each counts, refused ones and robots' too
 * @param rows rows that went out
 * @param bytes bytes that went out
 * @param meanLatencyMicros mean time to the answer's end, in microseconds
 * @param maxLatencyMicros the longest
 * @param counter COUNTER's reading; absent by hour
 * @param uniques how many came, where sketches are kept of what the line is about
 * @param latencyMicros quantiles of the time to the end of answers that were served, in a series of
 *     what sketches are kept of
 * @param answerBytes quantiles of the size of answers with content, likewise
 * @param before the same line of the period compared with
 * @param change from there to here
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record UsageItem(
    @Nullable String time,
    @Nullable String value,
    @Nullable String name,
    long requests,
    long rows,
    long bytes,
    long meanLatencyMicros,
    long maxLatencyMicros,
    @Nullable CounterFigures counter,
    @Nullable Uniques uniques,
    Sketches.@Nullable Quantiles latencyMicros,
    Sketches.@Nullable Quantiles answerBytes,
    @Nullable Before before,
    @Nullable Change change) {

  /**
   * How many came: a few exactly, many within some per cent.
   *
   * @param reusers how many reusers
   * @param callers how many callers by their daily pseudonyms: over several days, caller-days
   */
  public record Uniques(long reusers, long callers) {}

  /** The period compared with. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Before(long requests, long rows, long bytes, @Nullable CounterFigures counter) {}

  /**
   * How requests changed.
   *
   * @param requests by how many
   * @param percent by how many per cent; absent where there were none before
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Change(long requests, @Nullable Double percent) {}

  /** A line of nothing. */
  static UsageItem nothing(
      @Nullable String time, @Nullable String value, @Nullable String name, boolean counter) {
    return new UsageItem(
        time,
        value,
        name,
        0,
        0,
        0,
        0,
        0,
        counter ? CounterFigures.NOTHING : null,
        null,
        null,
        null,
        null,
        null);
  }

  /** The same, with what sketches say. */
  UsageItem with(SketchFigures figures) {
    return new UsageItem(
        time,
        value,
        name,
        requests,
        rows,
        bytes,
        meanLatencyMicros,
        maxLatencyMicros,
        counter,
        figures.uniques(),
        figures.latencyMicros(),
        figures.answerBytes(),
        before,
        change);
  }

  /** The same, beside what it was. */
  UsageItem comparedWith(UsageItem earlier) {
    long more = requests - earlier.requests;
    return new UsageItem(
        time,
        value,
        name,
        requests,
        rows,
        bytes,
        meanLatencyMicros,
        maxLatencyMicros,
        counter,
        uniques,
        latencyMicros,
        answerBytes,
        new Before(earlier.requests, earlier.rows, earlier.bytes, earlier.counter),
        new Change(
            more,
            earlier.requests == 0 ? null : Math.round(1000.0 * more / earlier.requests) / 10.0));
  }
}
