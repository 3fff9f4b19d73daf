package org.octroi.charter;

import static org.octroi.charter.Values.decimal;
import static org.octroi.charter.Values.duration;
import static org.octroi.charter.Values.quoted;
import static org.octroi.charter.Values.shaped;
import static org.octroi.charter.Values.text;
import static org.octroi.charter.Values.whole;
import static org.octroi.charter.Values.word;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.octroi.charter.DatasetReader.ReadDataset;
import org.octroi.charter.Entry.Fields;
import org.octroi.obligation.Obligations;
import org.octroi.obligation.Obligations.Area;
import org.octroi.obligation.Obligations.Mask;
import org.octroi.obligation.Obligations.Operator;
import org.octroi.obligation.Obligations.RowCondition;
import org.octroi.offer.TierRules;
import org.octroi.quota.Limits;
import org.octroi.quota.Quota;
import org.octroi.quota.Unit;
import org.octroi.quota.Window;
import org.octroi.vocabulary.Format;
import org.octroi.vocabulary.Slug;
import org.octroi.vocabulary.TierName;

/** Reads the tiers of a charter. */
final class TierReader {

  private static final long MOST = 1_000_000_000_000L;
  private static final List<Unit> UNITS = List.of(Unit.values());

  private final Map<Slug, ReadDataset> datasets;

  TierReader(Map<Slug, ReadDataset> datasets) {
    this.datasets = datasets;
  }

  /**
   * A tier.
   *
   * @param entry where it stands
   * @param name its name
   * @param limits its rate and quotas
   * @param everywhere what it demands of every dataset: caps and formats
   * @param byDataset what it demands of single datasets, the former included
   */
  record ReadTier(
      Entry entry,
      TierName name,
      Limits limits,
      Obligations everywhere,
      Map<Slug, Obligations> byDataset) {

    Obligations obligationsFor(Slug dataset) {
      return byDataset.getOrDefault(dataset, everywhere);
    }

    /** Says at its place in the tier whatever speaks against it for a dataset. */
    void check(Slug dataset, ReadDataset read) {
      for (TierRules.Objection objection :
          TierRules.objections(limits, obligationsFor(dataset), read.reach())) {
        String part = objection.part();
        boolean ofTier =
            part.startsWith("quota.") || part.startsWith("caps.") || part.equals("formats");
        Entry at = entry.below(ofTier ? part : "datasets." + dataset + "." + part);
        at.wrong(
            ofTier
                ? "for the dataset " + quoted(dataset.value()) + ", " + objection.sentence()
                : objection.sentence());
      }
    }
  }

  Optional<ReadTier> read(Entry entry) {
    Fields fields =
        entry.fields("name", "rate", "quota", "quotaGrace", "caps", "formats", "datasets");
    TierName name = fields.need("name", Values.of(TierName::new), new TierName("none"));
    Limits.Rate rate = fields.maybe("rate", TierReader::rate).orElse(Limits.Rate.NONE);
    Limits limits = new Limits(rate, quotas(fields, UNITS, fields.entry("quotaGrace")));
    Optional<Fields> caps = fields.entry("caps").map(e -> e.fields("rows", "bytes"));
    OptionalLong rowCap = amount(caps, "rows");
    OptionalLong byteCap = amount(caps, "bytes");
    Set<Format> formats =
        Set.copyOf(
            fields
                .entry("formats")
                .map(e -> e.listOf(word(Format.values(), Format::word)))
                .orElse(List.of()));
    Obligations everywhere =
        new Obligations(
            Optional.empty(),
            List.of(),
            List.of(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            rowCap,
            byteCap,
            formats,
            false);
    Map<Slug, Obligations> byDataset = new LinkedHashMap<>();
    fields
        .entry("datasets")
        .map(Entry::mapping)
        .orElse(Map.of())
        .forEach(
            (dataset, at) -> {
              Obligations demanded = obligations(at, everywhere);
              datasets.keySet().stream()
                  .filter(slug -> slug.value().equals(dataset))
                  .findFirst()
                  .ifPresentOrElse(
                      slug -> byDataset.put(slug, demanded),
                      () ->
                          at.wrong(
                              "no dataset named "
                                  + quoted(dataset)
                                  + Nearest.hint(
                                      dataset,
                                      datasets.keySet().stream().map(Slug::value).toList())));
            });
    ReadTier tier = new ReadTier(entry, name, limits, everywhere, byDataset);
    datasets.forEach(
        (slug, dataset) -> {
          if (byDataset.containsKey(slug)) {
            tier.check(slug, dataset);
          }
        });
    return Optional.of(tier);
  }

  /** What a pace and quotas of requests are, where nothing else is counted. */
  static Optional<Limits> limits(Entry entry) {
    Fields fields = entry.fields("rate", "quota");
    Limits.Rate rate = fields.maybe("rate", TierReader::rate).orElse(Limits.Rate.NONE);
    return Optional.of(new Limits(rate, quotas(fields, List.of(Unit.REQUESTS), Optional.empty())));
  }

  /**
   * Quotas.
   *
   * @param units what is counted
   * @param graces where the graces stand, if anywhere
   */
  private static List<Quota> quotas(Fields fields, List<Unit> units, Optional<Entry> graces) {
    return Quota.given(
        units,
        given(fields.entry("quota"), units),
        given(graces, units),
        name ->
            graces.orElseThrow().below(name).wrong("there is no such quota to be lenient with"));
  }

  private static Quota.Given given(Optional<Entry> entry, List<Unit> units) {
    Optional<Fields> fields =
        entry.map(
            e ->
                e.fields(
                    units.stream()
                        .flatMap(unit -> Stream.of(Window.values()).map(w -> Quota.name(unit, w)))
                        .toArray(String[]::new)));
    return (unit, window) -> amount(fields, Quota.name(unit, window));
  }

  private static Optional<Limits.Rate> rate(Entry entry) {
    Fields fields = entry.fields("requests", "per", "burst");
    long requests = fields.need("requests", whole(1, MOST), 1L);
    Duration per =
        fields.need(
            "per",
            duration(Duration.ofMillis(1), Duration.ofDays(366), "from 1 millisecond to 366 days"),
            Duration.ofSeconds(1));
    long burst = fields.maybe("burst", whole(1, MOST)).orElse(requests);
    if (burst < requests) {
      entry.below("burst").wrong("must be at least the requests of the rate, " + requests);
    }
    return Optional.of(new Limits.Rate(requests, per, burst));
  }

  private static OptionalLong amount(Optional<Fields> fields, String name) {
    Optional<Long> amount = fields.flatMap(f -> f.maybe(name, whole(1, MOST)));
    return amount.isPresent() ? OptionalLong.of(amount.get()) : OptionalLong.empty();
  }

  private static Obligations obligations(Entry entry, Obligations everywhere) {
    Fields fields = entry.fields("columns", "masks", "rows", "area", "delay", "history");
    Optional<SortedSet<String>> columns =
        fields.entry("columns").map(e -> new TreeSet<>(e.listOf(text(200))));
    if (columns.isPresent() && columns.get().isEmpty()) {
      entry.below("columns").wrong("must name at least one; without it all columns are visible");
    }
    List<Mask> masks = new ArrayList<>();
    Set<String> masked = new HashSet<>();
    for (Entry mask : fields.list("masks")) {
      mask(mask)
          .ifPresent(
              read -> {
                if (!masked.add(read.column())) {
                  mask.below("column").wrong(quoted(read.column()) + " is masked twice");
                }
                masks.add(read);
              });
    }
    List<RowCondition> rows =
        fields.entry("rows").map(e -> e.listOf(TierReader::condition)).orElse(List.of());
    return new Obligations(
        columns,
        masks,
        rows,
        fields.maybe("area", TierReader::area),
        fields.maybe("delay", duration()),
        fields.maybe("history", duration()),
        everywhere.rowCap(),
        everywhere.byteCap(),
        everywhere.formats(),
        false);
  }

  private static Optional<Mask> mask(Entry entry) {
    Fields fields = entry.fields("column", "how", "digits");
    String column = fields.need("column", text(200), "");
    Mask.How how =
        fields.need(
            "how", word(Mask.How.values(), h -> h.name().toLowerCase(Locale.ROOT)), Mask.How.NULL);
    boolean counts = how == Mask.How.ROUND || how == Mask.How.GENERALISE;
    if (counts && !fields.has("digits")) {
      fields.missing("digits");
    }
    if (!counts && fields.has("digits")) {
      entry.below("digits").wrong("is for round and generalise only");
    }
    int digits = fields.maybe("digits", whole(0, 15)).orElse(0L).intValue();
    return column.isEmpty()
        ? Optional.empty()
        : Optional.of(new Mask(column, how, counts ? digits : 0));
  }

  private static Optional<RowCondition> condition(Entry entry) {
    Fields fields = entry.fields("column", "operator", "values");
    String column = fields.need("column", text(200), "");
    Operator operator = fields.need("operator", CharterReader.operator(), Operator.IN);
    if (!fields.has("values")) {
      fields.missing("values");
      return Optional.empty();
    }
    List<String> values = fields.entry("values").orElseThrow().listOf(shaped("(?s).{0,500}", ""));
    if (values.isEmpty() || (operator != Operator.IN && values.size() != 1)) {
      entry
          .below("values")
          .wrong(operator == Operator.IN ? "must name at least one" : "must be exactly one");
      return Optional.empty();
    }
    return column.isEmpty()
        ? Optional.empty()
        : Optional.of(new RowCondition(column, operator, values));
  }

  private static Optional<Area> area(Entry entry) {
    Fields fields = entry.fields("west", "south", "east", "north");
    double west = fields.need("west", decimal(), 0d);
    double south = fields.need("south", decimal(), 0d);
    double east = fields.need("east", decimal(), 0d);
    double north = fields.need("north", decimal(), 0d);
    try {
      return Optional.of(new Area(west, south, east, north));
    } catch (IllegalArgumentException e) {
      return entry.refuse(
          "must be a box in degrees: west not east of east, south not north of north");
    }
  }
}
