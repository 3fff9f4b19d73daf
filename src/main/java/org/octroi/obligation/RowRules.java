package org.octroi.obligation;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.octroi.obligation.Catalogue.Column;
import org.octroi.obligation.Obligations.Area;

/** Which rows and which columns of a distribution may be seen; the same for every format. */
final class RowRules {

  private final Obligations obligations;
  private final Catalogue catalogue;
  private final List<RowTest> tests;
  private final @Nullable Instant notAfter;
  private final @Nullable Instant notBefore;
  private final Masks masks;

  /**
   * @param positioned whether rows have a geometry of their own
   * @throws UnshapeableException when an obligation speaks of what is not declared
   */
  RowRules(
      Obligations obligations,
      Catalogue catalogue,
      byte[] maskKey,
      Instant now,
      boolean positioned) {
    if (catalogue.columns().isEmpty()) {
      throw new UnshapeableException("no columns are declared, so none may go out");
    }
    this.obligations = obligations;
    this.catalogue = catalogue;
    this.tests = obligations.rows().stream().map(row -> RowTest.of(row, catalogue)).toList();
    this.notAfter = obligations.freshnessDelay().map(now::minus).orElse(null);
    this.notBefore = obligations.historyDepth().map(now::minus).orElse(null);
    this.masks = new Masks(obligations.masks(), catalogue, maskKey);
    if ((notAfter != null || notBefore != null)
        && catalogue.timeColumn().flatMap(catalogue::column).isEmpty()) {
      throw new UnshapeableException("rows are kept by age, and no time column is declared");
    }
    if (obligations.area().isPresent() && !positioned && !hasPositionColumns()) {
      throw new UnshapeableException("rows are kept by place, and no position is declared");
    }
  }

  private boolean hasPositionColumns() {
    return catalogue.longitudeColumn().flatMap(catalogue::column).isPresent()
        && catalogue.latitudeColumn().flatMap(catalogue::column).isPresent();
  }

  Masks masks() {
    return masks;
  }

  /** Whether a declared column may be seen; what is not declared may not. */
  boolean shows(String column) {
    return catalogue.column(column).isPresent()
        && obligations.visibleColumns().map(visible -> visible.contains(column)).orElse(true);
  }

  /**
   * Whether a GeoJSON geometry that is not declared as a column may be seen: not where the visible
   * columns are named, since it is not among them, nor where the same position is hidden or masked
   * as columns.
   */
  boolean showsGeometry() {
    if (catalogue.column(GeoJson.GEOMETRY).isPresent()) {
      return shows(GeoJson.GEOMETRY);
    }
    return obligations.visibleColumns().isEmpty()
        && catalogue.longitudeColumn().map(this::showsPlainly).orElse(true)
        && catalogue.latitudeColumn().map(this::showsPlainly).orElse(true);
  }

  private boolean showsPlainly(String column) {
    return shows(column) && !masks.hides(column);
  }

  List<Column> columns() {
    return catalogue.columns();
  }

  /** The most rows that may go out. */
  long cap() {
    return obligations.rowCap().orElse(Long.MAX_VALUE);
  }

  /**
   * Whether a row may be seen.
   *
   * @param row the value of a column, {@link Datum#NOTHING} where there is none
   * @param geometry its geometry, null where rows have none
   */
  boolean keeps(Function<String, Datum> row, @Nullable Datum geometry) {
    for (RowTest test : tests) {
      if (!test.metBy(row.apply(test.column()))) {
        return false;
      }
    }
    return ageFits(row) && obligations.area().map(area -> liesIn(area, row, geometry)).orElse(true);
  }

  private boolean ageFits(Function<String, Datum> row) {
    if (notAfter == null && notBefore == null) {
      return true;
    }
    Optional<Instant> time =
        catalogue.timeColumn().map(row).flatMap(Scalar::text).flatMap(Scalar::time);
    return time.isPresent()
        && (notAfter == null || !time.get().isAfter(notAfter))
        && (notBefore == null || !time.get().isBefore(notBefore));
  }

  private boolean liesIn(Area area, Function<String, Datum> row, @Nullable Datum geometry) {
    if (geometry != null && !geometry.equals(Datum.NOTHING)) {
      return GeoJson.liesIn(area, geometry);
    }
    return hasPositionColumns()
        && GeoJson.within(
            area,
            catalogue.longitudeColumn().map(row).flatMap(Scalar::number),
            catalogue.latitudeColumn().map(row).flatMap(Scalar::number));
  }
}
