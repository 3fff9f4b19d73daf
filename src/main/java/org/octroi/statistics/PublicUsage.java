package org.octroi.statistics;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A dataset's usage as everybody may see it.
 *
 * @param dataset its id
 * @param by {@code day} or {@code month}
 * @param smallestCell how many must have come for a day to be shown; absent for who sees all
 * @param items the cells, oldest first; a time without usage has none
 * @param shown what the cells that are shown add up to, and no others
 */
public record PublicUsage(
    String dataset,
    String by,
    LocalDate from,
    LocalDate to,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Integer smallestCell,
    List<Cell> items,
    Figures shown) {

  public PublicUsage {
    items = List.copyOf(items);
  }

  /**
   * A day or a month.
   *
   * @param time the local day or the month
   * @param suppressed whether too few came; the figures are null then
   * @param daysLeftOut how many days of a month are not in its figures, since too few came on them,
   *     and the rest of the month would tell what they did
   */
  public record Cell(
      String time,
      boolean suppressed,
      int daysLeftOut,
      @Nullable Long requests,
      @Nullable Long rows,
      @Nullable Long bytes,
      @Nullable CounterFigures counter) {

    static Cell shown(String time, int daysLeftOut, Figures figures) {
      return new Cell(
          time,
          false,
          daysLeftOut,
          figures.requests(),
          figures.rows(),
          figures.bytes(),
          figures.counter());
    }

    static Cell suppressed(String time, int daysLeftOut) {
      return new Cell(time, true, daysLeftOut, null, null, null, null);
    }
  }

  /**
   * The raw count, and beside it COUNTER's reading.
   *
   * @param requests how many requests, each
   * @param rows rows that went out
   * @param bytes bytes that went out
   */
  public record Figures(long requests, long rows, long bytes, CounterFigures counter) {

    static final Figures NOTHING = new Figures(0, 0, 0, CounterFigures.NOTHING);

    Figures plus(Figures more) {
      return new Figures(
          requests + more.requests,
          rows + more.rows,
          bytes + more.bytes,
          counter.plus(more.counter));
    }
  }
}
