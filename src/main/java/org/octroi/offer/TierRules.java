package org.octroi.offer;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.octroi.obligation.Catalogue;
import org.octroi.obligation.Catalogue.Column;
import org.octroi.obligation.Obligations;
import org.octroi.obligation.Obligations.Mask;
import org.octroi.obligation.Obligations.Operator;
import org.octroi.obligation.Obligations.RowCondition;
import org.octroi.obligation.Shapings;
import org.octroi.quota.Limits;
import org.octroi.quota.Quota;
import org.octroi.quota.Unit;
import org.octroi.store.StoreTarget.Parameter;
import org.octroi.vocabulary.Format;
import org.octroi.vocabulary.Slug;

/**
 * What a tier may demand of a dataset, so that the gate can honour it: a tier that the gate could
 * only answer with a failure is not published.
 *
 * <p>A caller chooses among a dataset's distributions, so what is demanded must be possible on each
 * of them. Only a column that is hidden or masked may be missing from some: there it is not given
 * out anyhow.
 */
public final class TierRules {

  /** Parameters that choose a part of an answer by its place alone, so that no value shows. */
  private static final Set<String> PAGING = Set.of("limit", "offset", "page", "after", "cursor");

  private TierRules() {}

  /**
   * A distribution as far as these rules must know it.
   *
   * @param slug its name
   * @param catalogue what is known of its rows
   * @param formats what it can be asked for
   * @param parameters the query parameters that callers may send to its store
   * @param bodies whether callers may send its store a query in a body
   */
  public record Reach(
      Slug slug,
      Catalogue catalogue,
      List<Format> formats,
      List<Parameter> parameters,
      boolean bodies) {}

  /**
   * Something that speaks against a tier.
   *
   * @param part which part of the tier, as a charter writes it: {@code quota.…} and {@code caps.…}
   *     are the tier's own, {@code formats} too, all else belongs to the dataset
   * @param sentence what is wrong
   */
  public record Objection(String part, String sentence) {}

  /** All that speaks against a tier for one dataset. */
  public static List<Objection> objections(
      Limits limits, Obligations obligations, List<Reach> distributions) {
    List<Objection> found = new ArrayList<>();
    quotas(limits, obligations, found);
    for (Reach distribution : distributions) {
      rows(limits, obligations, distribution, found);
      conditions(obligations, distribution, found);
      times(obligations, distribution, found);
      formats(obligations, distribution, found);
      parameters(obligations, distribution, found);
      bodies(obligations, distribution, found);
      shaping(obligations, distribution, found);
    }
    columns(obligations, distributions, found);
    return found.stream().distinct().toList();
  }

  private static void quotas(Limits limits, Obligations obligations, List<Objection> found) {
    for (Quota quota : limits.quotas()) {
      if (quota.unit() == Unit.ROWS && obligations.rowCap().isEmpty()) {
        found.add(
            new Objection(
                "quota." + quota.name(),
                "a quota of rows needs a cap of rows per answer (caps.rows), which is reserved"
                    + " before an answer is fetched"));
      }
      if (quota.unit() == Unit.BYTES && obligations.byteCap().isEmpty()) {
        found.add(
            new Objection(
                "quota." + quota.name(),
                "a quota of bytes needs a cap of bytes per answer (caps.bytes), which is reserved"
                    + " before an answer is fetched"));
      }
    }
  }

  private static void rows(
      Limits limits, Obligations obligations, Reach distribution, List<Objection> found) {
    if (distribution.catalogue().hasRows()) {
      return;
    }
    String why =
        "the distribution \""
            + distribution.slug()
            + "\" declares neither columns nor records, so it has no rows";
    limits.quotas().stream()
        .filter(quota -> quota.unit() == Unit.ROWS)
        .forEach(quota -> found.add(new Objection("quota." + quota.name(), why + " to count")));
    if (obligations.rowCap().isPresent()) {
      found.add(new Objection("caps.rows", why + " to cap"));
    }
    if (obligations.visibleColumns().isPresent()) {
      found.add(new Objection("columns", why));
    }
    if (!obligations.masks().isEmpty()) {
      found.add(new Objection("masks", why));
    }
  }

  private static void conditions(
      Obligations obligations, Reach distribution, List<Objection> found) {
    List<RowCondition> rows = obligations.rows();
    for (int i = 0; i < rows.size(); i++) {
      Optional<Column> column = distribution.catalogue().column(rows.get(i).column());
      if (column.isPresent()) {
        comparison(column.get(), rows.get(i), "rows[" + i + "]", found);
      } else {
        found.add(
            new Objection(
                "rows[" + i + "].column",
                noColumn(rows.get(i).column())
                    + " in the distribution \""
                    + distribution.slug()
                    + "\""
                    + known(List.of(distribution))));
      }
    }
    if (obligations.area().isPresent() && !hasPosition(distribution)) {
      found.add(
          new Objection(
              "area",
              "the distribution \""
                  + distribution.slug()
                  + "\" declares neither longitude and latitude nor is GeoJSON"));
    }
  }

  private static void times(Obligations obligations, Reach distribution, List<Objection> found) {
    if (distribution.catalogue().timeColumn().isPresent()) {
      return;
    }
    String why = "the distribution \"" + distribution.slug() + "\" declares no time column (time)";
    if (obligations.freshnessDelay().isPresent()) {
      found.add(new Objection("delay", why));
    }
    if (obligations.historyDepth().isPresent()) {
      found.add(new Objection("history", why));
    }
  }

  private static void formats(Obligations obligations, Reach distribution, List<Objection> found) {
    if (!obligations.formats().isEmpty()
        && distribution.formats().stream().noneMatch(obligations.formats()::contains)) {
      found.add(
          new Objection(
              "formats",
              "none of these is a format of the distribution \""
                  + distribution.slug()
                  + "\", which has "
                  + distribution.formats().stream()
                      .map(Format::word)
                      .collect(Collectors.joining(", "))));
    }
  }

  /**
   * The policy judges what a parameter compares by its column. One without a column, such as a
   * search or an order, would let callers find out what is held back.
   */
  private static void parameters(
      Obligations obligations, Reach distribution, List<Objection> found) {
    Optional<String> part = heldBackBy(obligations);
    if (part.isEmpty()) {
      return;
    }
    for (Parameter parameter : distribution.parameters()) {
      if (parameter.column().isEmpty() && !PAGING.contains(parameter.name())) {
        found.add(
            new Objection(
                part.get(),
                "the distribution \""
                    + distribution.slug()
                    + "\" takes the parameter \""
                    + parameter.name()
                    + "\", which names no column, so it could tell of what is held back; only "
                    + PAGING.stream().sorted().collect(Collectors.joining(", "))
                    + " need none"));
      }
    }
  }

  /** Nobody judges what a query in a body compares: only the store reads it. */
  private static void bodies(Obligations obligations, Reach distribution, List<Objection> found) {
    if (distribution.bodies()) {
      heldBackBy(obligations)
          .ifPresent(
              part ->
                  found.add(
                      new Objection(
                          part,
                          "the distribution \""
                              + distribution.slug()
                              + "\" takes queries in a body (postQueries), which only its store"
                              + " reads, so they could tell of what is held back")));
    }
  }

  private static Optional<String> heldBackBy(Obligations obligations) {
    if (obligations.visibleColumns().isPresent()) {
      return Optional.of("columns");
    }
    if (!obligations.masks().isEmpty()) {
      return Optional.of("masks");
    }
    return obligations.rows().isEmpty() ? Optional.empty() : Optional.of("rows");
  }

  private static void comparison(
      Column column, RowCondition condition, String part, List<Objection> found) {
    String type = column.type().name().toLowerCase(Locale.ROOT);
    for (String value : condition.values()) {
      if (!column.compares(value)) {
        found.add(
            new Objection(
                part + ".values",
                "the column \""
                    + column.name()
                    + "\" is of the type "
                    + type
                    + ", which can't be compared with \""
                    + value
                    + "\""));
      }
    }
    boolean ordered =
        condition.operator() != Operator.EQ
            && condition.operator() != Operator.NE
            && condition.operator() != Operator.IN;
    if (column.type() == Catalogue.Type.BOOLEAN && ordered) {
      found.add(
          new Objection(
              part + ".operator",
              "the column \""
                  + column.name()
                  + "\" is of the type boolean, which has no order: use eq, ne or in"));
    }
  }

  /** Whatever looks into the content needs a form that is known, and columns to let out. */
  private static void shaping(Obligations obligations, Reach distribution, List<Objection> found) {
    String part = shapingPart(obligations);
    if (part.isEmpty() || !distribution.catalogue().hasRows()) {
      return; // without rows, the rules above have said so
    }
    for (Format format : distribution.formats()) {
      boolean allowed = obligations.formats().isEmpty() || obligations.formats().contains(format);
      if (allowed && !Shapings.shapes(format)) {
        found.add(
            new Objection(
                part,
                "the distribution \""
                    + distribution.slug()
                    + "\" goes out as "
                    + format.word()
                    + ", which can't be shaped"));
      }
    }
    if (distribution.catalogue().columns().isEmpty()) {
      found.add(
          new Objection(
              part,
              "the distribution \""
                  + distribution.slug()
                  + "\" declares no columns, so none may go out once anything shapes it"));
    }
  }

  /** The first part that shapes content, as {@link Obligations#shapesContent} has them. */
  private static String shapingPart(Obligations obligations) {
    if (!obligations.shapesContent()) {
      return "";
    }
    if (obligations.visibleColumns().isPresent()) {
      return "columns";
    }
    if (!obligations.masks().isEmpty()) {
      return "masks";
    }
    if (!obligations.rows().isEmpty()) {
      return "rows";
    }
    if (obligations.area().isPresent()) {
      return "area";
    }
    if (obligations.freshnessDelay().isPresent()) {
      return "delay";
    }
    return obligations.historyDepth().isPresent() ? "history" : "caps.rows";
  }

  private static void columns(
      Obligations obligations, List<Reach> distributions, List<Objection> found) {
    if (distributions.stream().noneMatch(d -> d.catalogue().hasRows())) {
      return; // rows() has said so
    }
    Set<String> declared =
        distributions.stream()
            .flatMap(d -> d.catalogue().columns().stream())
            .map(Column::name)
            .collect(Collectors.toSet());
    obligations
        .visibleColumns()
        .ifPresent(
            visible -> {
              for (String column : visible) {
                if (!declared.contains(column)) {
                  found.add(new Objection("columns", noColumn(column) + known(distributions)));
                }
              }
            });
    List<Mask> masks = obligations.masks();
    for (int i = 0; i < masks.size(); i++) {
      if (!declared.contains(masks.get(i).column())) {
        found.add(
            new Objection(
                "masks[" + i + "].column", noColumn(masks.get(i).column()) + known(distributions)));
      }
    }
  }

  private static boolean hasPosition(Reach distribution) {
    Catalogue catalogue = distribution.catalogue();
    return (catalogue.longitudeColumn().isPresent() && catalogue.latitudeColumn().isPresent())
        || (catalogue.hasRows() && distribution.formats().contains(Format.GEOJSON));
  }

  private static String noColumn(String column) {
    return "no column \"" + column + "\"";
  }

  private static String known(List<Reach> distributions) {
    String names =
        distributions.stream()
            .flatMap(d -> d.catalogue().columns().stream())
            .map(Column::name)
            .distinct()
            .collect(Collectors.joining(", "));
    return names.isEmpty() ? "; none are declared" : "; declared are " + names;
  }
}
