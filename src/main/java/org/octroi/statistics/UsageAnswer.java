package org.octroi.statistics;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An answer.
 *
 * @param items the lines
 * @param truncated whether there were more lines than were asked for
 * @param period what sketches say of the whole period, where they are kept of what was asked: the
 *     uniques of a year are not the sum of its months'
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record UsageAnswer(
    List<UsageItem> items, boolean truncated, @Nullable SketchFigures period) {

  public UsageAnswer {
    items = List.copyOf(items);
  }
}
