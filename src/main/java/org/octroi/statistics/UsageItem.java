package org.octroi.statistics;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * One line of an answer.
 *
 * @param time the local day ({@code 2026-11-24}) or the hour in UTC ({@code 2026-11-24T23:00:00Z});
 *     absent in a breakdown
 * @param value what the line is about: an id or a word of the dimension; absent where nothing is
 *     told apart, or where the events had none
 * @param name its name in the reader's language, where it has one
 * @param requests how many requests
 * @param rows rows that went out
 * @param bytes bytes that went out
 * @param meanLatencyMicros mean time to the answer's end, in microseconds
 * @param maxLatencyMicros the longest
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
    long maxLatencyMicros) {}
