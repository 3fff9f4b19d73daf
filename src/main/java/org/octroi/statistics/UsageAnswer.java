package org.octroi.statistics;

import java.util.List;

/**
 * An answer.
 *
 * @param items the lines
 * @param truncated whether there were more lines than were asked for
 */
public record UsageAnswer(List<UsageItem> items, boolean truncated) {

  public UsageAnswer {
    items = List.copyOf(items);
  }
}
