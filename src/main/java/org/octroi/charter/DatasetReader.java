package org.octroi.charter;

import static org.octroi.charter.Values.bilingual;
import static org.octroi.charter.Values.bool;
import static org.octroi.charter.Values.moment;
import static org.octroi.charter.Values.quoted;
import static org.octroi.charter.Values.shaped;
import static org.octroi.charter.Values.slug;
import static org.octroi.charter.Values.text;
import static org.octroi.charter.Values.word;

import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.octroi.catalogue.DatasetDraft;
import org.octroi.catalogue.DistributionDraft;
import org.octroi.charter.CharterPlan.Planned;
import org.octroi.charter.Entry.Fields;
import org.octroi.charter.Entry.Reader;
import org.octroi.charter.StoreReader.ReadStore;
import org.octroi.obligation.Catalogue;
import org.octroi.obligation.Catalogue.Column;
import org.octroi.obligation.Obligations.Operator;
import org.octroi.obligation.Shapings;
import org.octroi.offer.TierRules.Reach;
import org.octroi.quota.Limits;
import org.octroi.store.StoreTarget.Parameter;
import org.octroi.vocabulary.Action;
import org.octroi.vocabulary.Bilingual;
import org.octroi.vocabulary.Classification;
import org.octroi.vocabulary.Format;
import org.octroi.vocabulary.Slug;

/** Reads the datasets of a charter. */
@SuppressWarnings("ReferenceEquality") // CharterReader.NOBODY is told by identity
final class DatasetReader {

  /** The themes of DCAT-AP: the EU's authority table data-theme. */
  private static final SortedSet<String> THEMES =
      new TreeSet<>(
          List.of(
              "AGRI", "ECON", "EDUC", "ENER", "ENVI", "GOVE", "HEAL", "INTR", "JUST", "REGI",
              "SOCI", "TECH", "TRAN"));

  private static final Set<Catalogue.Type> NUMBERS =
      Set.of(Catalogue.Type.NUMBER, Catalogue.Type.INTEGER);

  private static final Bilingual UNTITLED = new Bilingual("", "");

  private final ZoneId zone;
  private final Reader<Slug> holder;
  private final Map<Slug, ReadStore> stores;
  private final Function<Slug, Optional<Slug>> holderNow;

  /**
   * @param zone where dates begin
   * @param holder reads the name of a holder of the charter
   * @param stores the stores of the charter
   * @param holderNow whose a dataset is before the charter is applied
   */
  DatasetReader(
      ZoneId zone,
      Reader<Slug> holder,
      Map<Slug, ReadStore> stores,
      Function<Slug, Optional<Slug>> holderNow) {
    this.zone = zone;
    this.holder = holder;
    this.stores = stores;
    this.holderNow = holderNow;
  }

  /** The kinds of store, with what a distribution of each calls its resource. */
  enum StoreKind {
    HTTP("path", "/[^?#\\s]{0,499}", "must be a path such as /stops"),
    SQL(
        "table",
        "[A-Za-z_][A-Za-z0-9_]{0,63}(\\.[A-Za-z_][A-Za-z0-9_]{0,63})?",
        "must be the name of a table"),
    FOLDER("file", "[^/\\s][^\\s]{0,499}", "must be a file below the store's folder");

    private final String resource;
    private final String shape;
    private final String expected;

    StoreKind(String resource, String shape, String expected) {
      this.resource = resource;
      this.shape = shape;
      this.expected = expected;
    }

    Action usual() {
      return switch (this) {
        case HTTP -> Action.READ;
        case SQL -> Action.QUERY;
        case FOLDER -> Action.DOWNLOAD;
      };
    }
  }

  /**
   * A dataset, with what offers must know of it.
   *
   * @param planned the dataset
   * @param holder the holder's name
   * @param classification how openly it may go out
   * @param flags its legal flags
   * @param download whether one of its distributions can be downloaded whole
   * @param reach its distributions
   */
  record ReadDataset(
      Planned<DatasetDraft> planned,
      Slug holder,
      Classification classification,
      SortedSet<String> flags,
      boolean download,
      List<Reach> reach) {}

  Optional<ReadDataset> read(Entry entry) {
    Fields fields =
        entry.fields(
            "slug",
            "holder",
            "title",
            "description",
            "source",
            "lastUpdate",
            "themes",
            "classification",
            "flags",
            "licenceNote",
            "limits",
            "distributions");
    Slug slug = fields.need("slug", slug(), CharterReader.NOBODY);
    Slug of = fields.need("holder", holder, CharterReader.NOBODY);
    holderNow
        .apply(slug)
        .filter(now -> !now.equals(of) && of != CharterReader.NOBODY)
        .ifPresent(
            now ->
                entry
                    .below("holder")
                    .wrong(
                        quoted(slug.value())
                            + " is of the holder "
                            + quoted(now.value())
                            + ", and a charter moves no dataset to another: give it another slug"));
    Bilingual title = fields.need("title", bilingual(300), UNTITLED);
    Bilingual description = fields.need("description", bilingual(20_000), UNTITLED);
    String source = fields.need("source", text(300), "");
    Instant lastUpdate = fields.need("lastUpdate", moment(zone), Instant.EPOCH);
    SortedSet<String> themes = words(fields, "themes", THEMES);
    SortedSet<String> flags = words(fields, "flags", DatasetDraft.FLAGS);
    Classification classification =
        fields.need(
            "classification",
            word(Classification.values(), Classification::word),
            Classification.RESTRICTED);
    Optional<String> note = fields.maybe("licenceNote", text(5_000));
    Limits limits = fields.maybe("limits", TierReader::limits).orElse(Limits.NONE);
    List<ReadDistribution> distributions = distributions(fields, of);
    return Optional.of(
        new ReadDataset(
            new Planned<>(
                slug,
                ids ->
                    new DatasetDraft(
                        slug,
                        ids.holder(of),
                        title,
                        description,
                        source,
                        lastUpdate,
                        themes,
                        classification,
                        flags,
                        note,
                        limits,
                        distributions.stream().map(d -> d.draft(ids)).toList())),
            of,
            classification,
            flags,
            distributions.stream().anyMatch(d -> d.actions().contains(Action.DOWNLOAD)),
            distributions.stream()
                .map(
                    d ->
                        new Reach(d.slug(), d.catalogue(), d.formats(), d.parameters(), d.bodies()))
                .toList()));
  }

  /** A distribution whose store has no id yet. */
  private record ReadDistribution(
      Slug slug,
      Bilingual title,
      Slug store,
      String resource,
      Catalogue catalogue,
      List<Parameter> parameters,
      List<Format> formats,
      Set<Action> actions,
      boolean subpaths,
      boolean bodies,
      boolean isDefault) {

    DistributionDraft draft(Ids ids) {
      return new DistributionDraft(
          slug,
          title,
          ids.store(store),
          resource,
          catalogue,
          parameters,
          formats,
          actions,
          subpaths,
          bodies,
          isDefault);
    }

    ReadDistribution asDefault() {
      return new ReadDistribution(
          slug,
          title,
          store,
          resource,
          catalogue,
          parameters,
          formats,
          actions,
          subpaths,
          bodies,
          true);
    }
  }

  private List<ReadDistribution> distributions(Fields dataset, Slug holder) {
    if (!dataset.has("distributions")) {
      dataset.missing("distributions");
      return List.of();
    }
    List<ReadDistribution> read = new ArrayList<>();
    Set<Slug> taken = new HashSet<>();
    boolean hasDefault = false;
    List<Entry> entries = dataset.list("distributions");
    if (entries.isEmpty()) {
      dataset.entry("distributions").ifPresent(e -> e.wrong("must name at least one"));
    }
    for (Entry entry : entries) {
      Optional<ReadDistribution> distribution = distribution(entry, holder);
      if (distribution.isEmpty()) {
        continue;
      }
      if (!taken.add(distribution.get().slug())) {
        entry.below("slug").wrong("is the name of another distribution of this dataset");
      }
      if (distribution.get().isDefault() && hasDefault) {
        entry.below("default").wrong("another distribution is the default already");
      }
      hasDefault |= distribution.get().isDefault();
      read.add(distribution.get());
    }
    if (!hasDefault && !read.isEmpty()) {
      read.set(0, read.getFirst().asDefault());
    }
    return read;
  }

  private Optional<ReadDistribution> distribution(Entry entry, Slug holder) {
    Fields fields =
        entry.fields(
            "slug",
            "title",
            "store",
            "path",
            "table",
            "file",
            "formats",
            "actions",
            "subpaths",
            "postQueries",
            "parameters",
            "records",
            "columns",
            "time",
            "longitude",
            "latitude",
            "default");
    Slug slug = fields.need("slug", slug(), CharterReader.NOBODY);
    Bilingual title = fields.need("title", bilingual(300), UNTITLED);
    Slug store = fields.need("store", CharterReader.named("store", stores.keySet()), slug);
    boolean isDefault = fields.maybe("default", bool()).orElse(false);
    List<Format> formats = formats(fields);
    List<Action> actions =
        fields
            .entry("actions")
            .map(e -> e.listOf(word(Action.values(), Action::word)))
            .orElse(List.of());
    List<Column> columns = columns(fields);
    List<Parameter> parameters = parameters(fields, columns);
    @Nullable ReadStore of = stores.get(store);
    Catalogue catalogue = catalogue(fields, columns, formats, of == null ? null : of.kind());
    if (of == null) {
      return Optional.empty();
    }
    StoreKind kind = of.kind();
    if (!of.holder().equals(holder)
        && of.holder() != CharterReader.NOBODY
        && holder != CharterReader.NOBODY) {
      entry
          .below("store")
          .wrong(
              quoted(store.value())
                  + " is of the holder "
                  + quoted(of.holder().value())
                  + ": a dataset lies in the stores of its own holder");
    }
    String resource = fields.need(kind.resource, shaped(kind.shape, kind.expected), kind.resource);
    if (kind != StoreKind.SQL && Arrays.asList(resource.split("/")).contains("..")) {
      entry.below(kind.resource).wrong("must not contain ..");
    }
    for (StoreKind other : StoreKind.values()) {
      if (other != kind && fields.has(other.resource)) {
        entry
            .below(other.resource)
            .wrong(
                "the store "
                    + quoted(store.value())
                    + " is reached by "
                    + kind.resource
                    + ", not by "
                    + other.resource);
      }
    }
    if (kind != StoreKind.HTTP) {
      for (String name : List.of("subpaths", "postQueries", "parameters")) {
        fields.entry(name).ifPresent(e -> e.wrong("is for HTTP stores only"));
      }
    }
    boolean bodies = fields.maybe("postQueries", bool()).orElse(false);
    if (bodies && !actions.isEmpty() && !actions.contains(Action.QUERY)) {
      entry.below("actions").wrong("must name query too: postQueries lets callers send one");
    }
    if (kind == StoreKind.SQL && columns.isEmpty()) {
      fields.missing("columns");
    }
    if (kind == StoreKind.SQL) {
      formats.stream()
          .filter(format -> !Shapings.shapes(format))
          .forEach(
              format ->
                  entry
                      .below("formats")
                      .wrong(
                          "rows of a table can't be written as "
                              + format.word()
                              + ": only as json, geojson, ndjson and csv"));
    }
    return formats.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new ReadDistribution(
                slug,
                title,
                store,
                resource,
                catalogue,
                parameters,
                formats,
                actions.isEmpty() ? usual(kind, bodies) : Set.copyOf(actions),
                fields.maybe("subpaths", bool()).orElse(false),
                bodies,
                isDefault));
  }

  /** What can be done with a distribution that doesn't say. */
  private static Set<Action> usual(StoreKind kind, boolean bodies) {
    return bodies ? EnumSet.of(kind.usual(), Action.QUERY) : Set.of(kind.usual());
  }

  private static List<Format> formats(Fields fields) {
    if (!fields.has("formats")) {
      fields.missing("formats");
      return List.of();
    }
    List<Format> formats =
        fields.entry("formats").orElseThrow().listOf(word(Format.values(), Format::word));
    if (formats.isEmpty()) {
      fields.entry("formats").orElseThrow().wrong("must name at least one");
    }
    return formats.stream().distinct().toList();
  }

  private static List<Column> columns(Fields fields) {
    List<Column> columns = new ArrayList<>();
    Set<String> taken = new HashSet<>();
    for (Entry entry : fields.list("columns")) {
      Fields column = entry.fields("name", "type", "personal");
      String name = column.need("name", text(200), "");
      Catalogue.Type type =
          column.need(
              "type",
              word(Catalogue.Type.values(), t -> t.name().toLowerCase(Locale.ROOT)),
              Catalogue.Type.TEXT);
      if (!name.isEmpty() && !taken.add(name)) {
        entry.below("name").wrong(quoted(name) + " is declared twice");
      }
      columns.add(new Column(name, type, column.maybe("personal", bool()).orElse(false)));
    }
    return columns;
  }

  private static List<Parameter> parameters(Fields fields, List<Column> columns) {
    List<Parameter> parameters = new ArrayList<>();
    Set<String> taken = new HashSet<>();
    for (Entry entry : fields.list("parameters")) {
      Fields parameter = entry.fields("name", "column", "operator");
      String name = parameter.need("name", text(100), "");
      if (!name.isEmpty() && !taken.add(name)) {
        entry.below("name").wrong(quoted(name) + " is declared twice");
      }
      parameters.add(
          new Parameter(
              name,
              parameter.maybe("column", columnOf(columns)),
              parameter.maybe("operator", CharterReader.operator()).orElse(Operator.EQ)));
    }
    return parameters;
  }

  private static Catalogue catalogue(
      Fields fields, List<Column> columns, List<Format> formats, @Nullable StoreKind kind) {
    Optional<String> records =
        fields.maybe(
            "records",
            shaped(
                "|[^.\\s]+(\\.[^.\\s]+)*",
                "must be dotted member names, or \"\" for the document itself"));
    if (!fields.has("records") && kind != null && kind != StoreKind.SQL && !columns.isEmpty()) {
      if (formats.contains(Format.GEOJSON)) {
        records = Optional.of("features");
      } else if (formats.contains(Format.JSON)) {
        fields.missing("records");
      }
    }
    return new Catalogue(
        columns,
        records,
        fields.maybe("time", columnOf(columns, Set.of(Catalogue.Type.TIME))),
        fields.maybe("longitude", columnOf(columns, NUMBERS)),
        fields.maybe("latitude", columnOf(columns, NUMBERS)));
  }

  /** The name of a column that is declared and of one of these types. */
  private static Reader<String> columnOf(List<Column> columns, Set<Catalogue.Type> types) {
    return entry ->
        columnOf(columns)
            .read(entry)
            .flatMap(
                name ->
                    columns.stream()
                            .anyMatch(c -> c.name().equals(name) && types.contains(c.type()))
                        ? Optional.of(name)
                        : entry.refuse(
                            "the column "
                                + quoted(name)
                                + " must be of the type "
                                + types.stream()
                                    .map(t -> t.name().toLowerCase(Locale.ROOT))
                                    .sorted(Comparator.reverseOrder())
                                    .collect(Collectors.joining(" or "))));
  }

  /** The name of a column that is declared. */
  private static Reader<String> columnOf(List<Column> columns) {
    List<String> names = columns.stream().map(Column::name).toList();
    return entry ->
        entry
            .scalar()
            .flatMap(
                text ->
                    names.contains(text)
                        ? Optional.of(text)
                        : entry.refuse(
                            "no column "
                                + quoted(text)
                                + " is declared"
                                + Nearest.hint(text, names)));
  }

  private static SortedSet<String> words(Fields fields, String name, SortedSet<String> known) {
    return new TreeSet<>(
        fields
            .entry(name)
            .map(e -> e.listOf(word(known.toArray(new String[0]), w -> w)))
            .orElse(List.of()));
  }
}
