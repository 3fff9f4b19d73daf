package org.octroi.obligation;

import java.util.List;
import org.octroi.vocabulary.Format;

/**
 * Where the records stand in a JSON document.
 *
 * @param lines whether each record is a document of its own, one after the other
 * @param way the member names on the way to the array of records
 * @param features whether the records are GeoJSON features
 */
record JsonLayout(boolean lines, List<String> way, boolean features) {

  /**
   * @throws UnshapeableException when the catalogue does not say where the records are
   */
  static JsonLayout of(Format format, Catalogue catalogue) {
    if (format == Format.NDJSON) {
      return new JsonLayout(true, List.of(), false);
    }
    String path = catalogue.recordPath().orElse(null);
    if (format == Format.GEOJSON) {
      return new JsonLayout(
          false, way(path == null || path.isEmpty() ? GeoJson.FEATURES : path), true);
    }
    if (path == null) {
      throw new UnshapeableException("the way to the records is not declared");
    }
    return new JsonLayout(false, way(path), false);
  }

  private static List<String> way(String path) {
    return path.isEmpty() ? List.of() : List.of(path.split("\\.", -1));
  }
}
