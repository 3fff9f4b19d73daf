package org.octroi.statistics;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;
import org.octroi.usage.Sketches;

/**
 * What sketches say of a time.
 *
 * @param uniques how many came
 * @param latencyMicros quantiles of the time to the end of answers that were served, where any were
 * @param answerBytes quantiles of the size of answers with content, where any went out
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record SketchFigures(
    UsageItem.Uniques uniques,
    Sketches.@Nullable Quantiles latencyMicros,
    Sketches.@Nullable Quantiles answerBytes) {

  static SketchFigures of(Sketches sketches) {
    return new SketchFigures(
        new UsageItem.Uniques(sketches.uniqueReusers(), sketches.uniqueCallers()),
        sketches.latencyMicros().orElse(null),
        sketches.answerBytes().orElse(null));
  }
}
