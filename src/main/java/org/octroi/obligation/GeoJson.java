package org.octroi.obligation;

import java.math.BigDecimal;
import java.util.Optional;
import java.util.Set;
import org.octroi.obligation.Obligations.Area;

/** The words of GeoJSON (RFC 7946), and where a geometry lies. */
final class GeoJson {

  /** The name under which a feature's geometry is a column. */
  static final String GEOMETRY = "geometry";

  static final String PROPERTIES = "properties";
  static final String TYPE = "type";
  static final String FEATURES = "features";

  static final Set<String> GEOMETRY_MEMBERS = Set.of(TYPE, "coordinates", "geometries");

  private GeoJson() {}

  /**
   * Whether every position of the geometry lies in the area: a shape that reaches beyond it would
   * show what is outside. A geometry without positions lies nowhere.
   */
  static boolean liesIn(Area area, Datum geometry) {
    if (!(geometry instanceof Datum.Group group)) {
      return false;
    }
    Datum parts = group.members().get("geometries");
    if (parts instanceof Datum.Series collection) {
      return !collection.items().isEmpty()
          && collection.items().stream().allMatch(part -> liesIn(area, part));
    }
    Datum coordinates = group.members().get("coordinates");
    return coordinates instanceof Datum.Series series && positionsLieIn(area, series);
  }

  private static boolean positionsLieIn(Area area, Datum.Series series) {
    if (series.items().isEmpty()) {
      return false;
    }
    if (series.items().getFirst() instanceof Datum.Numeral) {
      return series.items().size() >= 2
          && within(
              area, Scalar.number(series.items().get(0)), Scalar.number(series.items().get(1)));
    }
    for (Datum item : series.items()) {
      if (!(item instanceof Datum.Series inner) || !positionsLieIn(area, inner)) {
        return false;
      }
    }
    return true;
  }

  static boolean within(Area area, Optional<BigDecimal> longitude, Optional<BigDecimal> latitude) {
    if (longitude.isEmpty() || latitude.isEmpty()) {
      return false;
    }
    double x = longitude.get().doubleValue();
    double y = latitude.get().doubleValue();
    return x >= area.west() && x <= area.east() && y >= area.south() && y <= area.north();
  }
}
