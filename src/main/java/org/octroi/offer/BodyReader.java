package org.octroi.offer;

import java.time.Period;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.octroi.catalogue.Dataset;
import org.octroi.catalogue.Datasets;
import org.octroi.entitlement.Snapshot;
import org.octroi.licence.LicenceVersion;
import org.octroi.licence.Licences;
import org.octroi.obligation.Obligations;
import org.octroi.problem.Refusal;
import org.octroi.problem.Refusal.FieldError;
import org.octroi.problem.RefusedException;
import org.octroi.quota.Limits;
import org.octroi.territory.Holder;
import org.octroi.territory.Territory;
import org.octroi.vocabulary.Approval;
import org.octroi.vocabulary.DatasetId;
import org.octroi.vocabulary.Purpose;
import org.octroi.vocabulary.Purposes;
import org.octroi.vocabulary.ReuserKind;
import org.octroi.vocabulary.Slug;
import org.octroi.vocabulary.TierName;
import org.octroi.vocabulary.ValidityPeriod;
import org.springframework.stereotype.Component;

/** Reads what a holder's editor sends as an offer to be published. */
@Component
class BodyReader {

  private static final long MOST = 1_000_000_000_000L;
  private static final int MOST_DATASETS = 100;

  private final Datasets datasets;
  private final Licences licences;
  private final PublicationGuard guard;

  BodyReader(Datasets datasets, Licences licences, PublicationGuard guard) {
    this.datasets = datasets;
    this.licences = licences;
    this.guard = guard;
  }

  /**
   * The offer.
   *
   * @refuses invalid-field when any member is wrong; each is named
   */
  OfferProposal read(Territory territory, Holder holder, OfferBody body) {
    Read read = tryReading(territory, holder, body);
    return read.proposal().orElseThrow(() -> new RefusedException(Refusal.fields(read.errors())));
  }

  /** The offer, or all that is wrong in it. */
  Read tryReading(Territory territory, Holder holder, OfferBody body) {
    return new Reading(territory, holder, body).whole();
  }

  /**
   * What came of a body.
   *
   * @param proposal the offer; empty where anything is wrong
   */
  record Read(Optional<OfferProposal> proposal, List<FieldError> errors) {}

  /** One body being read. */
  private final class Reading {

    private final Wrongs wrong = new Wrongs();
    private final Territory territory;
    private final Holder holder;
    private final OfferBody body;

    Reading(Territory territory, Holder holder, OfferBody body) {
      this.territory = territory;
      this.holder = holder;
      this.body = body;
    }

    Read whole() {
      Optional<Slug> slug =
          wrong.need("/slug", body.slug()).flatMap(s -> wrong.made("/slug", s, Slug::new));
      var title = wrong.bilingual("/title", body.title(), 300);
      Map<String, Dataset> covered = covered();
      Optional<LicenceVersion> licence = licence();
      Optional<Snapshot.Tier> tier =
          wrong
              .need("/tier", body.tier())
              .flatMap(
                  given ->
                      tier(
                          given,
                          covered,
                          licence.filter(l -> l.terms().demandsAttribution()).isPresent()));
      Optional<Eligibility> eligibility =
          wrong.word("/eligibility", body.eligibility(), Eligibility.values(), Eligibility::word);
      Optional<Approval> approval =
          body.approval() == null
              ? Optional.of(Approval.AUTOMATIC)
              : wrong.word("/approval", body.approval(), Approval.values(), Approval::word);
      List<ReuserKind> kinds = wrong.each("/reuserKinds", body.reuserKinds(), 20, this::reuserKind);
      SortedSet<Purpose> purposes =
          new TreeSet<>(wrong.each("/purposes", body.purposes(), 200, this::purpose));
      Optional<Fee> fee =
          body.fee() == null ? Optional.empty() : new FeeReader(wrong).read("/fee", body.fee());
      Optional<Period> validity =
          body.validity() == null
              ? Optional.empty()
              : wrong.made("/validity", body.validity(), ValidityPeriod::parse);
      Optional<Form> form =
          wrong.made(
              "/form", wrong.each("/form", body.form(), Form.MOST, this::question), Form::new);
      LegalStatement stated = stated();
      List<Ground> grounds = wrong.each("/grounds", body.grounds(), 50, this::ground);
      if (!wrong.none()) {
        return new Read(Optional.empty(), wrong.errors());
      }
      OfferDraft draft =
          new OfferDraft(
              slug.orElseThrow(),
              holder.id(),
              title.orElseThrow(),
              covered.values().stream().map(Dataset::id).toList(),
              licence.orElseThrow().id(),
              tier.orElseThrow(),
              eligibility.orElseThrow(),
              Set.copyOf(kinds),
              purposes,
              approval.orElseThrow(),
              fee,
              validity,
              form.orElseThrow(),
              stated);
      return new Read(Optional.of(new OfferProposal(draft, grounds)), List.of());
    }

    private Map<String, Dataset> covered() {
      Map<String, Dataset> covered = new LinkedHashMap<>();
      if (body.datasets() != null && body.datasets().isEmpty()) {
        wrong.at("/datasets", "must name at least one");
      }
      wrong.need("/datasets", body.datasets());
      Set<String> named = new HashSet<>();
      wrong
          .each(
              "/datasets",
              body.datasets(),
              MOST_DATASETS,
              (at, slug) ->
                  named.add(slug)
                      ? datasets
                          .find(territory.id(), slug)
                          .filter(
                              dataset ->
                                  dataset.retiredAt().isEmpty()
                                      && dataset.holder().equals(holder.id()))
                          .or(() -> wrong.at(at, "is no dataset of this holder"))
                      : wrong.<Dataset>at(at, "is named twice"))
          .forEach(dataset -> covered.put(dataset.slug().value(), dataset));
      return covered;
    }

    private Optional<LicenceVersion> licence() {
      return wrong
          .need("/licence", body.licence())
          .flatMap(
              named -> {
                Optional<String> id = wrong.need("/licence/id", named.id());
                Optional<Integer> number = wrong.need("/licence/version", named.version());
                if (id.isEmpty() || number.isEmpty()) {
                  return Optional.empty();
                }
                if (licences.find(id.get()).isEmpty()) {
                  return wrong.at("/licence/id", "is no licence that is known here");
                }
                return licences
                    .version(id.get(), number.get())
                    .or(() -> wrong.at("/licence/version", "is no version of this licence"));
              });
    }

    private Optional<Snapshot.Tier> tier(
        TierBody given, Map<String, Dataset> covered, boolean attribution) {
      Optional<TierName> name =
          wrong
              .need("/tier/name", given.name())
              .flatMap(n -> wrong.made("/tier/name", n, TierName::new));
      TierReader reader = new TierReader(wrong);
      Limits limits = reader.limits(given);
      Map<DatasetId, Obligations> demanded = new HashMap<>();
      covered
          .values()
          .forEach(d -> demanded.put(d.id(), Obligations.NONE.withAttribution(attribution)));
      if (given.obligations() != null) {
        given
            .obligations()
            .forEach(
                (slug, of) -> {
                  String at = "/tier/obligations/" + escaped(slug);
                  @Nullable Dataset dataset = covered.get(slug);
                  if (dataset == null) {
                    wrong.at(at, "is none of the datasets of this offer");
                    return;
                  }
                  wrong
                      .need(at, of)
                      .ifPresent(
                          written ->
                              demanded.put(
                                  dataset.id(), reader.demanded(at, written, attribution)));
                });
      }
      return name.map(n -> new Snapshot.Tier(n, limits, Map.copyOf(demanded)));
    }

    private Optional<ReuserKind> reuserKind(String at, String word) {
      return wrong.word(at, word, ReuserKind.values(), ReuserKind::word);
    }

    private Optional<Purpose> purpose(String at, String term) {
      return wrong
          .made(at, term, Purpose::new)
          .flatMap(
              purpose ->
                  Purposes.dpv().find(purpose).isPresent()
                      ? Optional.of(purpose)
                      : wrong.at(at, "is no purpose of DPV"));
    }

    private Optional<Question> question(String at, Wire.Asked given) {
      Optional<String> id = wrong.need(at + "/id", given.id());
      var title = wrong.bilingual(at + "/title", given.title(), 500);
      Optional<Question.Kind> kind =
          wrong.word(at + "/kind", given.kind(), Question.Kind.values(), Question.Kind::word);
      List<Question.Option> options =
          wrong.each(at + "/options", given.options(), 100, this::option);
      if (id.isEmpty() || title.isEmpty() || kind.isEmpty()) {
        return Optional.empty();
      }
      return wrong.made(
          at,
          given,
          asked ->
              new Question(
                  id.get(),
                  title.get(),
                  kind.get(),
                  Boolean.TRUE.equals(asked.required()),
                  options,
                  asked.maxLength() == null
                      ? OptionalInt.empty()
                      : OptionalInt.of(asked.maxLength()),
                  Optional.ofNullable(asked.least()),
                  Optional.ofNullable(asked.most()),
                  Optional.ofNullable(asked.earliest()),
                  Optional.ofNullable(asked.latest())));
    }

    private Optional<Question.Option> option(String at, Wire.Choice given) {
      Optional<String> value = wrong.need(at + "/value", given.value());
      var title = wrong.bilingual(at + "/title", given.title(), 300);
      return value.flatMap(
          v -> title.flatMap(t -> wrong.made(at, v, of -> new Question.Option(of, t))));
    }

    private LegalStatement stated() {
      Optional<String> basis = Optional.ofNullable(body.basis());
      if (basis.isPresent() && !guard.bases().contains(basis.get())) {
        wrong.at("/basis", "must be one of " + String.join(", ", guard.bases()));
      }
      return new LegalStatement(
          basis,
          body.homologation() == null
              ? Optional.empty()
              : wrong.line("/homologation", body.homologation(), 500),
          Boolean.TRUE.equals(body.exclusive()));
    }

    private Optional<Ground> ground(String at, Wire.WrittenGround given) {
      Optional<String> rule = wrong.need(at + "/rule", given.rule());
      Optional<String> text = wrong.text(at + "/ground", given.ground(), Ground.MOST);
      if (rule.isPresent() && !guard.rules().contains(rule.get())) {
        return wrong.at(at + "/rule", "must be one of " + String.join(", ", guard.rules()));
      }
      return rule.flatMap(
          r -> text.flatMap(t -> wrong.made(at + "/ground", t, of -> new Ground(r, of))));
    }
  }

  private static String escaped(String member) {
    return member.replace("~", "~0").replace("/", "~1");
  }
}
