package org.octroi.obligation;

import java.util.List;
import java.util.Optional;

/**
 * What is known of a distribution's rows: without it nothing can be shaped.
 *
 * @param columns every column that may ever go out, in order; empty where none are declared
 * @param recordPath for JSON, the way to the array of records as dotted member names: {@code ""}
 *     when the document is the array, {@code features} for GeoJSON; empty where no rows exist
 * @param timeColumn the column that says when a row is of
 * @param longitudeColumn the column with a row's longitude, where it is not GeoJSON
 * @param latitudeColumn the column with a row's latitude, where it is not GeoJSON
 */
public record Catalogue(
    List<Column> columns,
    Optional<String> recordPath,
    Optional<String> timeColumn,
    Optional<String> longitudeColumn,
    Optional<String> latitudeColumn) {

  /** Nothing declared. */
  public static final Catalogue NONE =
      new Catalogue(
          List.of(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

  public Catalogue {
    columns = List.copyOf(columns);
  }

  /** Whether rows exist here, so that they can be counted and shaped. */
  public boolean hasRows() {
    return !columns.isEmpty() || recordPath.isPresent();
  }

  /** The column of this name, if it is declared. */
  public Optional<Column> column(String name) {
    return columns.stream().filter(c -> c.name().equals(name)).findFirst();
  }

  /**
   * One column.
   *
   * @param name its name as the store has it; for nested JSON a dotted path ({@code
   *     coordonnees.lon}); for GeoJSON a property's name
   * @param type what it holds
   * @param personal whether it can point to a person
   */
  public record Column(String name, Type type, boolean personal) {

    /** Whether a value, as text, can be compared with what the column holds. */
    public boolean compares(String value) {
      return switch (type) {
        case INTEGER ->
            Scalar.number(value).map(n -> n.stripTrailingZeros().scale() <= 0).orElse(false);
        case NUMBER -> Scalar.number(value).isPresent();
        case TIME -> Scalar.time(value).isPresent();
        case BOOLEAN -> value.equals("true") || value.equals("false");
        case TEXT -> true;
        case GEOMETRY -> false;
      };
    }
  }

  /** What a column holds. */
  public enum Type {
    TEXT,
    INTEGER,
    NUMBER,
    BOOLEAN,
    TIME,
    GEOMETRY
  }
}
