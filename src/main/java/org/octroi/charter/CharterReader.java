package org.octroi.charter;

import static org.octroi.charter.Values.bilingual;
import static org.octroi.charter.Values.bool;
import static org.octroi.charter.Values.quoted;
import static org.octroi.charter.Values.slug;
import static org.octroi.charter.Values.text;
import static org.octroi.charter.Values.whole;
import static org.octroi.charter.Values.word;
import static org.octroi.charter.Values.zone;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.octroi.catalogue.DatasetDraft;
import org.octroi.catalogue.StoreDraft;
import org.octroi.charter.CharterPlan.Planned;
import org.octroi.charter.DatasetReader.ReadDataset;
import org.octroi.charter.Entry.Fields;
import org.octroi.charter.Entry.Reader;
import org.octroi.charter.OfferReader.KnownLicence;
import org.octroi.charter.TierReader.ReadTier;
import org.octroi.licence.LicenceDraft;
import org.octroi.licence.LicenceTexts;
import org.octroi.licence.LicenceVersion;
import org.octroi.licence.Licences;
import org.octroi.licence.Terms;
import org.octroi.obligation.Obligations.Operator;
import org.octroi.offer.OfferProposal;
import org.octroi.offer.PublicationGuard;
import org.octroi.territory.HolderDraft;
import org.octroi.territory.Siren;
import org.octroi.vocabulary.Bilingual;
import org.octroi.vocabulary.HolderKind;
import org.octroi.vocabulary.Slug;

/**
 * Reads a whole charter, in the order in which its sections need each other. Everything that is
 * wrong becomes a finding; the plan is of use only where there is none. What the law has against an
 * offer goes to a set of its own.
 */
final class CharterReader {

  /** Stands for a name that is missing or wrong, while the reading goes on; told by identity. */
  static final Slug NOBODY = new Slug("nobody");

  private static final Pattern LICENCE = Pattern.compile("([^@\\s]{1,60})(?:@([0-9]{1,9}))?");

  private final Path file;
  private final Licences licences;
  private final SecretNames secrets;
  private final HolderNow holderNow;
  private final PublicationGuard guard;
  private final Set<Finding> law;

  /** Own licences that are written but wrong: whoever names them is not wrong, too. */
  private final Set<String> brokenLicences = new HashSet<>();

  CharterReader(
      Path file,
      Licences licences,
      SecretNames secrets,
      HolderNow holderNow,
      PublicationGuard guard,
      Set<Finding> law) {
    this.file = file;
    this.guard = guard;
    this.law = law;
    this.licences = licences;
    this.secrets = secrets;
    this.holderNow = holderNow;
  }

  /** Tells whose a dataset is before the charter is applied, if there is such a dataset. */
  interface HolderNow {
    Optional<Slug> of(Slug territory, Slug dataset);
  }

  CharterPlan read(Entry document) {
    Fields fields =
        document.fields(
            "charter", "territory", "holders", "stores", "licences", "datasets", "tiers", "offers");
    fields.need("charter", CharterReader::version, 1L);
    Slug territory = NOBODY;
    Bilingual name = new Bilingual("", "");
    ZoneId zone = ZoneOffset.UTC;
    if (fields.has("territory")) {
      Fields of = fields.entry("territory").orElseThrow().fields("slug", "name", "timeZone");
      territory = of.need("slug", Values.of(Slug::ofTerritory), NOBODY);
      name = of.need("name", bilingual(200), name);
      zone = of.need("timeZone", zone(), zone);
    } else {
      fields.missing("territory");
    }

    Map<Slug, HolderDraft> holders =
        section(fields, "holders", "slug", CharterReader::holder, HolderDraft::slug);
    Reader<Slug> holder = named("holder", holders.keySet());

    StoreReader storeReader = new StoreReader(holder, secrets);
    Map<Slug, StoreReader.ReadStore> stores =
        section(fields, "stores", "slug", storeReader::read, s -> s.planned().slug());
    Slug own = territory;
    Map<String, LicenceDraft> written =
        section(fields, "licences", "id", e -> licence(e, own), LicenceDraft::name);

    DatasetReader datasetReader =
        new DatasetReader(zone, holder, stores, slug -> holderNow.of(own, slug));
    Map<Slug, ReadDataset> datasets =
        section(fields, "datasets", "slug", datasetReader::read, d -> d.planned().slug());

    Map<String, ReadTier> tiers =
        section(
            fields, "tiers", "name", new TierReader(datasets)::read, tier -> tier.name().value());

    LawReader lawReader = new LawReader(guard, law);
    Map<Slug, HolderKind> holderKinds = new HashMap<>();
    holders.forEach((slug, of) -> holderKinds.put(slug, of.kind()));
    OfferReader offerReader =
        new OfferReader(
            holder,
            datasets,
            tiers,
            e -> knownLicence(e, own, written),
            holderKinds,
            guard,
            lawReader);
    Map<Slug, Planned<OfferProposal>> offers =
        section(fields, "offers", "slug", offerReader::read, Planned::slug);
    lawReader.judge(zone);

    List<Planned<StoreDraft>> plannedStores =
        stores.values().stream().map(StoreReader.ReadStore::planned).toList();
    List<Planned<DatasetDraft>> plannedDatasets =
        datasets.values().stream().map(ReadDataset::planned).toList();
    return new CharterPlan(
        territory,
        name,
        zone,
        List.copyOf(holders.values()),
        plannedStores,
        List.copyOf(written.values()),
        plannedDatasets,
        List.copyOf(offers.values()));
  }

  /** Reads the name of something that the charter has. */
  static Reader<Slug> named(String what, Collection<Slug> known) {
    return entry ->
        entry
            .scalar()
            .flatMap(
                text -> {
                  Optional<Slug> found =
                      known.stream().filter(slug -> slug.value().equals(text)).findFirst();
                  return found.isPresent()
                      ? found
                      : entry.refuse(
                          "no "
                              + what
                              + " named "
                              + quoted(text)
                              + Nearest.hint(text, known.stream().map(Slug::value).toList()));
                });
  }

  static Reader<Operator> operator() {
    return word(Operator.values(), operator -> operator.name().toLowerCase(Locale.ROOT));
  }

  /** The things of a list, by their names, which must differ. */
  @SuppressWarnings("ReferenceEquality")
  private static <K, T> Map<K, T> section(
      Fields fields, String name, String key, Reader<T> reader, Function<T, K> keyOf) {
    Map<K, T> things = new LinkedHashMap<>();
    for (Entry entry : fields.list(name)) {
      reader
          .read(entry)
          .ifPresent(
              thing -> {
                K is = keyOf.apply(thing);
                // By identity: somebody may well be called nobody.
                if (is != NOBODY && things.putIfAbsent(is, thing) != null) {
                  Entry at = entry.below(key);
                  at.wrong(at.scalar().map(Values::quoted).orElse("it") + " is there already");
                }
              });
    }
    return things;
  }

  private static Optional<Long> version(Entry entry) {
    return entry
        .scalar()
        .flatMap(
            text ->
                text.equals("1")
                    ? Optional.of(1L)
                    : entry.refuse(
                        quoted(text) + " is no version of the format: this Octroi reads 1"));
  }

  private static Optional<HolderDraft> holder(Entry entry) {
    Fields fields = entry.fields("slug", "name", "kind", "siren", "fictitious", "contact");
    return Optional.of(
        new HolderDraft(
            fields.need("slug", slug(), NOBODY),
            fields.need("name", text(200), ""),
            fields.need("kind", word(HolderKind.values(), HolderKind::word), HolderKind.PRIVATE),
            fields.maybe("siren", Values.of(Siren::new)),
            fields.maybe("fictitious", bool()).orElse(false),
            fields.maybe("contact", text(254))));
  }

  private Optional<LicenceDraft> licence(Entry entry, Slug territory) {
    Fields fields = entry.fields("id", "name", "version", "text", "terms");
    Slug id = fields.need("id", slug(), NOBODY);
    Bilingual name = fields.need("name", bilingual(200), new Bilingual("", ""));
    int number = fields.need("version", whole(1, 1_000_000), 1L).intValue();
    Optional<LicenceTexts> texts = fields.maybe("text", this::texts);
    Optional<Terms> terms = fields.maybe("terms", CharterReader::terms);
    for (String needed : List.of("text", "terms")) {
      if (!fields.has(needed)) {
        fields.missing(needed);
      }
    }
    if (texts.isEmpty() || terms.isEmpty()) {
      brokenLicences.add(Licences.ownName(territory, id));
      return Optional.empty();
    }
    LicenceDraft draft =
        new LicenceDraft(
            Licences.ownName(territory, id),
            Optional.empty(),
            name,
            Optional.empty(),
            number,
            texts.get(),
            terms.get());
    int next = licences.newest(draft.name()).map(v -> v.number() + 1).orElse(1);
    if (licences.contradicts(draft)) {
      entry
          .below("version")
          .wrong(
              "version "
                  + number
                  + " is published with another text or other terms, and a published version never"
                  + " changes: make it version "
                  + next);
    } else if (number > next) {
      entry.below("version").wrong("must be " + next + ", the next one");
    }
    return Optional.of(draft);
  }

  private Optional<LicenceTexts> texts(Entry entry) {
    Fields fields = entry.fields("fr", "en");
    if (!fields.has("fr") && !fields.has("en")) {
      return entry.refuse("must name a file for fr, en or both");
    }
    Optional<String> french = fields.maybe("fr", this::textBeside);
    Optional<String> english = fields.maybe("en", this::textBeside);
    // French is the language that binds in a French territory's own licence, where it has it.
    String binding = fields.has("fr") ? "fr" : "en";
    return (binding.equals("fr") ? french : english)
        .map(text -> new LicenceTexts(french, english, binding));
  }

  private Optional<String> textBeside(Entry entry) {
    return text(300)
        .read(entry)
        .flatMap(
            name -> {
              Path folder = file.toAbsolutePath().normalize().getParent();
              try {
                Path text = folder == null ? Path.of(name) : folder.resolve(name).normalize();
                if (folder != null && !text.startsWith(folder)) {
                  return entry.refuse("must be a file beside the charter or below its folder");
                }
                return CharterDocument.text(
                    text, entry.path(), entry.line(), entry.file(), entry.findings());
              } catch (InvalidPathException e) {
                return entry.refuse("is no name of a file");
              }
            });
  }

  private static Optional<Terms> terms(Entry entry) {
    Fields fields = entry.fields("permissions", "prohibitions", "duties");
    Reader<String> action = word(Terms.ACTIONS.toArray(new String[0]), a -> a);
    Map<String, TreeSet<String>> read = new HashMap<>();
    for (String kind : List.of("permissions", "prohibitions", "duties")) {
      List<String> actions = new ArrayList<>();
      fields.entry(kind).ifPresent(e -> actions.addAll(e.listOf(action)));
      read.put(kind, new TreeSet<>(actions));
    }
    try {
      return Optional.of(
          new Terms(
              read.getOrDefault("permissions", new TreeSet<>()),
              read.getOrDefault("prohibitions", new TreeSet<>()),
              read.getOrDefault("duties", new TreeSet<>())));
    } catch (IllegalArgumentException e) {
      return entry.refuse(e.getMessage() == null ? "contradicts itself" : e.getMessage());
    }
  }

  private Optional<KnownLicence> knownLicence(
      Entry entry, Slug territory, Map<String, LicenceDraft> written) {
    Optional<String> text = entry.scalar();
    if (text.isEmpty()) {
      return Optional.empty();
    }
    Matcher parts = LICENCE.matcher(text.get());
    if (!parts.matches()) {
      return entry.refuse(quoted(text.get()) + " must be the id of a licence, or id@version");
    }
    String id = parts.group(1);
    String ownName = territory + ":" + id;
    if (brokenLicences.contains(ownName)) {
      return Optional.empty();
    }
    LicenceDraft draft = written.get(ownName);
    Optional<Integer> number = Optional.ofNullable(parts.group(2)).map(Integer::valueOf);
    if (draft != null && number.orElse(draft.number()) == draft.number()) {
      return Optional.of(
          new KnownLicence(
              ownName,
              ids -> Optional.ofNullable(ids.ownLicences().get(ownName)).orElseThrow(),
              draft.terms()));
    }
    // What is not the charter's own comes with Octroi, or was published by an earlier charter.
    for (String name : id.contains(":") ? List.<String>of() : List.of(ownName, id)) {
      if (licences.find(name).isEmpty()) {
        continue;
      }
      Optional<LicenceVersion> version =
          number.isPresent() ? licences.version(name, number.get()) : licences.inEffect(name);
      return version.isPresent()
          ? version.map(v -> new KnownLicence(name, ids -> v.id(), v.terms()))
          : entry.refuse(quoted(id) + " has no version " + number.orElse(0));
    }
    List<String> names = new ArrayList<>(licences.builtInNames());
    written.keySet().forEach(name -> names.add(name.substring(name.indexOf(':') + 1)));
    return entry.refuse("no licence named " + quoted(id) + Nearest.hint(id, names));
  }
}
