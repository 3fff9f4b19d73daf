package org.octroi.obligation;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedSet;
import org.octroi.vocabulary.Format;

/**
 * What a permit decision demands of the gate: the whole closed list. Nothing asked is {@link
 * #NONE}.
 *
 * @param visibleColumns the columns that may be seen; empty where all may
 * @param masks how single columns are hidden, at most one a column
 * @param rows conditions that a row must all meet to be seen
 * @param area the box that a row's position must lie in
 * @param freshnessDelay how old a row must at least be, by the declared time column
 * @param historyDepth how old a row may at most be, by the declared time column
 * @param rowCap the most rows that one answer may carry
 * @param byteCap the most bytes that one answer may carry
 * @param formats the formats that may be asked for; empty where all may
 * @param attribution whether the answer must carry the line to cite
 */
public record Obligations(
    Optional<SortedSet<String>> visibleColumns,
    List<Mask> masks,
    List<RowCondition> rows,
    Optional<Area> area,
    Optional<Duration> freshnessDelay,
    Optional<Duration> historyDepth,
    OptionalLong rowCap,
    OptionalLong byteCap,
    Set<Format> formats,
    boolean attribution) {

  /** Demands nothing. */
  public static final Obligations NONE =
      new Obligations(
          Optional.empty(),
          List.of(),
          List.of(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          OptionalLong.empty(),
          OptionalLong.empty(),
          Set.of(),
          false);

  public Obligations {
    masks = List.copyOf(masks);
    rows = List.copyOf(rows);
    formats = Set.copyOf(formats);
  }

  /**
   * Whether the bytes of the store may not go out as they are. Formats, byte cap and attribution
   * are honoured without looking into the content.
   */
  public boolean shapesContent() {
    return visibleColumns.isPresent()
        || !masks.isEmpty()
        || !rows.isEmpty()
        || area.isPresent()
        || freshnessDelay.isPresent()
        || historyDepth.isPresent()
        || rowCap.isPresent();
  }

  /** The same, with or without the duty to cite. */
  public Obligations withAttribution(boolean demanded) {
    return new Obligations(
        visibleColumns,
        masks,
        rows,
        area,
        freshnessDelay,
        historyDepth,
        rowCap,
        byteCap,
        formats,
        demanded);
  }

  /**
   * How one column is hidden.
   *
   * @param column its name in the dataset's catalogue of columns
   * @param how what stands in its place
   * @param digits for {@link How#ROUND}, the decimals kept; for {@link How#GENERALISE}, the leading
   *     characters kept; otherwise 0
   */
  public record Mask(String column, How how, int digits) {

    /** What stands in a masked value's place. */
    public enum How {
      /** Nothing: JSON null, an empty CSV field, SQL NULL. */
      NULL,
      /** A keyed hash (HMAC-SHA-256, 16 bytes in hex) under a key of the agreement's own. */
      HASH,
      /** The leading characters, the rest as {@code *}. */
      GENERALISE,
      /** The number rounded half up to so many decimals. */
      ROUND
    }
  }

  /**
   * A condition on a column that a row must meet.
   *
   * @param column its name in the dataset's catalogue of columns
   * @param operator how it compares
   * @param values what with: one value, or several for {@link Operator#IN}
   */
  public record RowCondition(String column, Operator operator, List<String> values) {

    public RowCondition {
      values = List.copyOf(values);
      if (values.isEmpty() || (operator != Operator.IN && values.size() != 1)) {
        throw new IllegalArgumentException(operator + " on " + column + " needs one value");
      }
    }
  }

  /** How a column compares: numbers as numbers, times as times, all else as text by code point. */
  public enum Operator {
    EQ,
    NE,
    LT,
    LTE,
    GT,
    GTE,
    IN
  }

  /**
   * A box in WGS 84 degrees.
   *
   * @param west smallest longitude
   * @param south smallest latitude
   * @param east largest longitude, not smaller than {@code west}
   * @param north largest latitude, not smaller than {@code south}
   */
  public record Area(double west, double south, double east, double north) {

    public Area {
      if (!(west >= -180
          && east <= 180
          && south >= -90
          && north <= 90
          && west <= east
          && south <= north)) {
        throw new IllegalArgumentException("an area is west, south, east, north in degrees");
      }
    }
  }
}
