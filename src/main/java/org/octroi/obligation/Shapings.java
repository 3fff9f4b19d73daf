package org.octroi.obligation;

import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.octroi.obligation.Catalogue.Column;
import org.octroi.vocabulary.Format;

/**
 * Makes the transformer that honours the obligations for one answer.
 *
 * <p>Deny by default: once anything shapes the content, only declared columns that are visible go
 * out, and of the document around the records only the structure on the way to them, so that a
 * count or a sibling member can't tell of hidden rows. A GeoJSON geometry is a column named {@code
 * geometry}: where visible columns are named, it goes out only when it is declared and among them.
 */
public final class Shapings {

  /** The most bytes that one record may have; 1 MiB. */
  public static final int MAX_RECORD_BYTES = 1 << 20;

  private static final Set<Format> SHAPED =
      EnumSet.of(Format.JSON, Format.GEOJSON, Format.NDJSON, Format.CSV);

  private Shapings() {}

  /** Whether content of this format can be shaped at all. */
  public static boolean shapes(Format format) {
    return SHAPED.contains(format);
  }

  /**
   * A transformer for one answer.
   *
   * @param maskKey the agreement's key for masks by hash; may be empty where none is asked for
   * @param now the time that delays and depths count from
   * @throws UnshapeableException when the format has no transformer, or an obligation speaks of
   *     what the catalogue does not declare
   */
  public static Shaping of(
      Format format, Obligations obligations, Catalogue catalogue, byte[] maskKey, Instant now) {
    if (!shapes(format)) {
      throw new UnshapeableException("content as " + format.word() + " can't be shaped");
    }
    RowRules rules = new RowRules(obligations, catalogue, maskKey, now, format == Format.GEOJSON);
    return format == Format.CSV
        ? new CsvShaping(rules)
        : new JsonShaping(rules, JsonLayout.of(format, catalogue));
  }

  /**
   * Writes rows that come from a query, masked; which rows and columns come is the query's matter.
   *
   * @param columns the columns of each row, in order
   * @throws UnshapeableException when rows can't be written in the format, or a mask can't be made
   */
  public static RowWriting rows(
      Format format,
      List<Column> columns,
      Obligations obligations,
      Catalogue catalogue,
      byte[] maskKey) {
    Masks masks = new Masks(obligations.masks(), catalogue, maskKey);
    return switch (format) {
      case CSV -> new CsvRows(columns, masks);
      case JSON, NDJSON, GEOJSON -> new JsonRows(format, columns, masks, catalogue);
      case XML, ZIP, PARQUET, TEXT, BINARY ->
          throw new UnshapeableException("rows can't be written as " + format.word());
    };
  }
}
