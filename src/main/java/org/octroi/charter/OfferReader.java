package org.octroi.charter;

import static org.octroi.charter.Values.bilingual;
import static org.octroi.charter.Values.bool;
import static org.octroi.charter.Values.period;
import static org.octroi.charter.Values.quoted;
import static org.octroi.charter.Values.slug;
import static org.octroi.charter.Values.text;
import static org.octroi.charter.Values.word;

import java.time.Period;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.octroi.charter.CharterPlan.Planned;
import org.octroi.charter.DatasetReader.ReadDataset;
import org.octroi.charter.Entry.Fields;
import org.octroi.charter.Entry.Reader;
import org.octroi.charter.TierReader.ReadTier;
import org.octroi.entitlement.Snapshot;
import org.octroi.licence.Terms;
import org.octroi.obligation.Obligations;
import org.octroi.offer.Eligibility;
import org.octroi.offer.Fee;
import org.octroi.offer.Form;
import org.octroi.offer.Ground;
import org.octroi.offer.LegalStatement;
import org.octroi.offer.OfferDraft;
import org.octroi.offer.OfferProposal;
import org.octroi.offer.OfferRules;
import org.octroi.offer.PublicationGuard;
import org.octroi.vocabulary.Approval;
import org.octroi.vocabulary.Bilingual;
import org.octroi.vocabulary.DatasetId;
import org.octroi.vocabulary.HolderKind;
import org.octroi.vocabulary.LicenceVersionId;
import org.octroi.vocabulary.Purpose;
import org.octroi.vocabulary.Purposes;
import org.octroi.vocabulary.ReuserKind;
import org.octroi.vocabulary.Slug;

/** Reads the offers of a charter. */
final class OfferReader {

  private static final Eligibility STAND_IN = Eligibility.IDENTIFIED;

  private final Reader<Slug> holder;
  private final Map<Slug, ReadDataset> datasets;
  private final Map<String, ReadTier> tiers;
  private final Reader<KnownLicence> licence;
  private final Map<Slug, HolderKind> holderKinds;
  private final PublicationGuard guard;
  private final LawReader law;
  private final Map<Slug, String> anonymousOffers = new HashMap<>();

  OfferReader(
      Reader<Slug> holder,
      Map<Slug, ReadDataset> datasets,
      Map<String, ReadTier> tiers,
      Reader<KnownLicence> licence,
      Map<Slug, HolderKind> holderKinds,
      PublicationGuard guard,
      LawReader law) {
    this.holder = holder;
    this.datasets = datasets;
    this.tiers = tiers;
    this.licence = licence;
    this.holderKinds = holderKinds;
    this.guard = guard;
    this.law = law;
  }

  /**
   * A licence version that an offer may name.
   *
   * @param name the licence's name in addresses
   * @param id finds its id
   * @param terms what it says
   */
  record KnownLicence(String name, Function<Ids, LicenceVersionId> id, Terms terms) {}

  Optional<Planned<OfferProposal>> read(Entry entry) {
    Fields fields =
        entry.fields(
            "slug",
            "holder",
            "title",
            "datasets",
            "licence",
            "tier",
            "eligibility",
            "reusers",
            "purposes",
            "approval",
            "fee",
            "validity",
            "form",
            "basis",
            "homologation",
            "exclusive",
            "grounds");
    Slug slug = fields.need("slug", slug(), CharterReader.NOBODY);
    Slug of = fields.need("holder", holder, CharterReader.NOBODY);
    Bilingual title = fields.need("title", bilingual(300), new Bilingual("", ""));
    Eligibility eligibility =
        fields.need("eligibility", word(Eligibility.values(), Eligibility::word), STAND_IN);
    List<Slug> covered = covered(fields, of, eligibility);
    Optional<ReadTier> tier = tier(fields);
    Optional<KnownLicence> text = fields.maybe("licence", licence);
    if (!fields.has("licence")) {
      fields.missing("licence");
    }
    Set<ReuserKind> reusers =
        Set.copyOf(
            fields
                .entry("reusers")
                .map(e -> e.listOf(word(ReuserKind.values(), ReuserKind::word)))
                .orElse(List.of()));
    SortedSet<Purpose> purposes =
        new TreeSet<>(
            fields.entry("purposes").map(e -> e.listOf(OfferReader::purpose)).orElse(List.of()));
    Approval approval =
        fields
            .maybe("approval", word(Approval.values(), Approval::word))
            .orElse(Approval.AUTOMATIC);
    Optional<Fee> fee = fields.maybe("fee", FeeReader::read);
    Optional<Period> validity = fields.maybe("validity", period());
    Form form = fields.maybe("form", FormReader::read).orElse(Form.NONE);
    LegalStatement stated =
        new LegalStatement(
            fields.maybe("basis", this::basis),
            fields.maybe("homologation", text(500)),
            fields.maybe("exclusive", bool()).orElse(false));
    List<Ground> grounds =
        fields.entry("grounds").map(e -> e.listOf(this::ground)).orElse(List.of());
    OfferRules.contradictions(
            eligibility,
            approval,
            !reusers.isEmpty(),
            fields.has("fee"),
            fields.has("validity"),
            !form.questions().isEmpty(),
            stated.exclusive())
        .forEach((field, sentence) -> entry.below(field).wrong(sentence));
    tier.ifPresent(
        t ->
            datasets.forEach(
                (name, dataset) -> {
                  if (covered.contains(name)) {
                    t.check(name, dataset);
                  }
                }));
    if (tier.isEmpty() || text.isEmpty() || covered.isEmpty()) {
      return Optional.empty();
    }
    Map<Slug, ReadDataset> read = new LinkedHashMap<>();
    covered.forEach(
        name -> Optional.ofNullable(datasets.get(name)).ifPresent(d -> read.put(name, d)));
    Optional.ofNullable(holderKinds.get(of))
        .ifPresent(
            kind ->
                law.add(
                    new LawReader.ReadOffer(
                        entry,
                        kind,
                        text.get(),
                        tier.get(),
                        read,
                        eligibility,
                        reusers,
                        purposes,
                        approval,
                        fee,
                        validity,
                        stated,
                        grounds)));
    return Optional.of(
        new Planned<>(
            slug,
            ids ->
                new OfferProposal(
                    new OfferDraft(
                        slug,
                        ids.holder(of),
                        title,
                        covered.stream().map(ids::dataset).toList(),
                        text.get().id().apply(ids),
                        demanded(tier.get(), covered, text.get().terms(), ids),
                        eligibility,
                        reusers,
                        purposes,
                        approval,
                        fee,
                        validity,
                        form,
                        stated),
                    grounds)));
  }

  private List<Slug> covered(Fields fields, Slug holder, Eligibility eligibility) {
    if (!fields.has("datasets")) {
      fields.missing("datasets");
      return List.of();
    }
    List<Slug> covered = new ArrayList<>();
    List<Entry> entries = fields.list("datasets");
    if (entries.isEmpty()) {
      fields.entry("datasets").ifPresent(e -> e.wrong("must name at least one"));
    }
    for (Entry entry : entries) {
      Optional<Slug> name = CharterReader.named("dataset", datasets.keySet()).read(entry);
      ReadDataset dataset = name.map(datasets::get).orElse(null);
      if (name.isEmpty() || dataset == null) {
        continue;
      }
      if (covered.contains(name.get())) {
        entry.wrong("is named twice");
        continue;
      }
      if (!dataset.holder().equals(holder)) {
        entry.wrong(
            quoted(name.get().value())
                + " is of the holder "
                + quoted(dataset.holder().value())
                + ": an offer covers the datasets of one holder");
      }
      OfferRules.contradiction(eligibility, dataset.classification())
          .ifPresent(sentence -> entry.wrong(quoted(name.get().value()) + " " + sentence));
      if (eligibility == Eligibility.ANYONE) {
        String other = anonymousOffers.putIfAbsent(name.get(), fields.of().path());
        if (other != null) {
          entry.wrong(
              quoted(name.get().value())
                  + " has an offer to anyone already ("
                  + other
                  + "): a dataset has at most one");
        }
      }
      covered.add(name.get());
    }
    return covered;
  }

  private Optional<ReadTier> tier(Fields fields) {
    if (!fields.has("tier")) {
      fields.missing("tier");
      return Optional.empty();
    }
    return fields.maybe(
        "tier",
        entry ->
            entry
                .scalar()
                .flatMap(
                    name -> {
                      ReadTier tier = tiers.get(name);
                      return tier == null
                          ? entry.refuse(
                              "no tier named " + quoted(name) + Nearest.hint(name, tiers.keySet()))
                          : Optional.of(tier);
                    }));
  }

  private static Snapshot.Tier demanded(
      ReadTier tier, Collection<Slug> covered, Terms terms, Ids ids) {
    Map<DatasetId, Obligations> byDataset =
        covered.stream()
            .collect(
                Collectors.toUnmodifiableMap(
                    ids::dataset,
                    slug -> tier.obligationsFor(slug).withAttribution(terms.demandsAttribution())));
    return new Snapshot.Tier(tier.name(), tier.limits(), byDataset);
  }

  private static Optional<Purpose> purpose(Entry entry) {
    return Values.of(Purpose::new)
        .read(entry)
        .flatMap(
            purpose -> {
              if (Purposes.dpv().find(purpose).isPresent()) {
                return Optional.of(purpose);
              }
              List<String> terms = new ArrayList<>();
              Purposes.dpv().all().forEach(term -> terms.add(term.purpose().term()));
              return entry.refuse(
                  "DPV has no purpose "
                      + quoted(purpose.term())
                      + Nearest.hint(purpose.term(), terms));
            });
  }

  private Optional<String> basis(Entry entry) {
    return word(guard.bases().toArray(new String[0]), id -> id).read(entry);
  }

  private Optional<Ground> ground(Entry entry) {
    Fields fields = entry.fields("rule", "ground");
    Optional<String> rule =
        fields.maybe("rule", word(guard.rules().toArray(new String[0]), id -> id));
    Optional<String> text = fields.maybe("ground", text(Ground.MOST));
    for (String needed : List.of("rule", "ground")) {
      if (!fields.has(needed)) {
        fields.missing(needed);
      }
    }
    if (rule.isEmpty() || text.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(new Ground(rule.get(), text.get()));
    } catch (IllegalArgumentException e) {
      return entry.below("ground").refuse(String.valueOf(e.getMessage()));
    }
  }
}
