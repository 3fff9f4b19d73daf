package org.octroi.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.apache.commons.csv.CSVRecord;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The tables of the demo's database: their columns as the charters name them, and their rows. */
final class DemoTables {

  private static final String TEXT = "varchar(1000)";
  private static final String INTEGER = "integer";
  private static final String NUMBER = "double precision";
  private static final String BOOLEAN = "boolean";

  /** In UTC: stores say times without a zone in UTC. */
  private static final String TIME = "timestamp(0)";

  private DemoTables() {}

  static List<Table> all() {
    return List.of(
        busStops(),
        timetableStops(),
        timetableLines(),
        carpoolPlaces("carpool_place_35", "rennes/carpool-places/bnlc-35.csv"),
        carpoolPlaces("carpool_place_33", "bordeaux/carpool-places/bnlc-33.csv"),
        bikeShareActivity(),
        classifiedInstallations(),
        inspections(),
        presence());
  }

  private static Table busStops() {
    List<Column> columns =
        List.of(
            text("id"),
            text("datedebutversion"),
            text("datefinversion"),
            text("estversionactive"),
            text("code"),
            text("nom"),
            text("codeinseecommune"),
            text("nomcommune"),
            number("lon"),
            number("lat"),
            text("estaccessiblepmr"),
            text("mobilier"),
            text("visibilite"),
            text("stop_id"));
    return new Table(
        "bus_stop",
        columns,
        () -> {
          List<List<@Nullable String>> rows = new ArrayList<>();
          for (JsonNode stop :
              BundledData.json("rennes/star-bus-stops/tco-bus-topologie-pointsarret-td.json")) {
            List<@Nullable String> row = new ArrayList<>();
            for (Column column : columns) {
              boolean position = column.name.equals("lon") || column.name.equals("lat");
              JsonNode value = (position ? stop.path("coordonnees") : stop).path(column.name);
              row.add(value.isNull() || value.isMissingNode() ? null : value.asString());
            }
            rows.add(row);
          }
          return rows;
        });
  }

  private static Table timetableStops() {
    return csv(
        "timetable_stop",
        () -> BundledData.zippedCsv("rennes/star-gtfs/GTFS-20120618.zip", "stops.txt"),
        text("stop_id"),
        text("stop_code"),
        text("stop_name"),
        text("stop_desc"),
        number("stop_lat"),
        number("stop_lon"));
  }

  private static Table timetableLines() {
    return csv(
        "timetable_line",
        () -> BundledData.zippedCsv("rennes/star-gtfs/GTFS-20120618.zip", "routes.txt"),
        text("route_id"),
        text("route_short_name"),
        text("route_long_name"),
        text("route_desc"),
        integer("route_type"),
        text("route_color"),
        text("route_text_color"));
  }

  private static Table carpoolPlaces(String name, String file) {
    return csv(
        name,
        () -> BundledData.csv(file, ','),
        text("id_lieu"),
        text("id_local"),
        text("nom_lieu"),
        text("ad_lieu"),
        text("com_lieu"),
        text("insee"),
        text("type"),
        text("date_maj"),
        bool("ouvert"),
        text("source"),
        number("Xlong"),
        number("Ylat"),
        integer("nbre_pl"),
        integer("nbre_pmr"),
        text("duree"),
        text("horaires"),
        text("proprio"),
        bool("lumiere"),
        text("comm"));
  }

  private static Table bikeShareActivity() {
    return csv(
        "bike_share_activity",
        () -> BundledData.csv("bordeaux/vcub-activity/activite_data.csv", ','),
        integer("gid"),
        integer("ident"),
        text("type"),
        text("name"),
        text("state"),
        integer("available_stands"),
        integer("available_bikes"),
        text("ts"));
  }

  private static Table classifiedInstallations() {
    return csv(
        "classified_installation",
        () ->
            BundledData.csv(
                "bordeaux/classified-installations/InstallationClassee-bordeaux-metropole.csv",
                ';'),
        text("codeAiot"),
        text("raisonSociale"),
        text("adresse1"),
        text("adresse2"),
        text("adresse3"),
        text("codePostal"),
        text("codeInsee"),
        text("commune"),
        text("codeNaf"),
        text("numeroSiret"),
        integer("coordonneeX"),
        integer("coordonneeY"),
        text("systemeCoordonnees"),
        number("longitude"),
        number("latitude"),
        bool("bovins"),
        bool("porcs"),
        bool("volailles"),
        bool("carriere"),
        bool("eolienne"),
        bool("industrie"),
        bool("prioriteNationale"),
        text("statutSeveso"),
        bool("ied"),
        text("serviceAiot"),
        text("etatActivite"),
        text("regimeVigueur"),
        text("url"));
  }

  private static Table inspections() {
    return csv(
        "inspection",
        () ->
            BundledData.csv(
                "bordeaux/classified-installations/inspection-bordeaux-metropole.csv", ';'),
        text("codeAiot"),
        text("dateInspection"),
        text("identifiantFichier"),
        text("nom"),
        text("url"));
  }

  private static Table presence() {
    return new Table(
        "presence",
        List.of(
            text("district"),
            time("hour"),
            integer("residents"),
            integer("workers"),
            integer("visitors"),
            integer("presence"),
            number("longitude"),
            number("latitude"),
            text("operator_cell")),
        () -> {
          List<List<@Nullable String>> rows = new ArrayList<>();
          for (PresenceFigures.Row row : PresenceFigures.rows()) {
            List<@Nullable String> values = new ArrayList<>(row.values());
            // The column has no zone; with the Z the database would turn it into its own.
            values.set(1, row.hour().toString().replace("Z", ""));
            rows.add(values);
          }
          return rows;
        });
  }

  /** Takes the columns by name from records whose first line names them; an empty field is NULL. */
  private static Table csv(String name, Supplier<List<CSVRecord>> records, Column... columns) {
    return new Table(
        name,
        List.of(columns),
        () -> {
          List<List<@Nullable String>> rows = new ArrayList<>();
          for (CSVRecord line : records.get()) {
            List<@Nullable String> row = new ArrayList<>();
            for (Column column : columns) {
              String value = line.get(column.name);
              row.add(value.isEmpty() ? null : value);
            }
            rows.add(row);
          }
          return rows;
        });
  }

  private static Column text(String name) {
    return new Column(name, TEXT);
  }

  private static Column integer(String name) {
    return new Column(name, INTEGER);
  }

  private static Column number(String name) {
    return new Column(name, NUMBER);
  }

  private static Column bool(String name) {
    return new Column(name, BOOLEAN);
  }

  private static Column time(String name) {
    return new Column(name, TIME);
  }

  /**
   * A table.
   *
   * @param name its name
   * @param columns in order
   * @param rows makes the rows: the values as text in the order of the columns, null where nothing
   *     is known
   */
  record Table(String name, List<Column> columns, Supplier<List<List<@Nullable String>>> rows) {}

  /**
   * A column.
   *
   * @param name as the charter has it
   * @param type as the database has it
   */
  record Column(String name, String type) {}
}
