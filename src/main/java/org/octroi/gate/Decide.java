package org.octroi.gate;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.stream.Collectors;
import org.octroi.entitlement.Snapshot;
import org.octroi.obligation.Catalogue;
import org.octroi.policy.Decision;
import org.octroi.policy.DecisionInput;
import org.octroi.policy.DecisionUnavailableException;
import org.octroi.policy.PolicyEngine;
import org.octroi.policy.RememberedDecisions;
import org.octroi.problem.ProblemType;
import org.octroi.problem.PublicAddresses;
import org.octroi.problem.Refusal;
import org.octroi.store.Asked;
import org.octroi.store.StoreAddress;
import org.octroi.usage.UsageJournal;
import org.octroi.vocabulary.Action;
import org.octroi.vocabulary.AgreementStatus;
import org.octroi.vocabulary.Purpose;
import org.octroi.vocabulary.Purposes;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Step 4: may they. Asks the policy with the shape of the request, never its values, and keeps the
 * input of every shape that was asked anew, for replay.
 *
 * @refuses malformed-request when the purpose is none of DPV's, or the token and the header differ
 * @refuses tier-forbids when what is asked for is hidden by the tier, or is asked in a body that
 *     can't be looked into while the tier hides something
 * @refuses purpose-required when the agreement has several purposes and none is stated
 * @refuses purpose-not-agreed when the purpose stated is none of the agreement's
 * @refuses agreement-revoked when the agreement was revoked
 * @refuses agreement-suspended when the agreement is suspended
 * @refuses agreement-expired when the agreement is past its last day
 * @refuses application-suspended when the application may not act
 * @refuses reacceptance-required when a newer text must be accepted first
 * @refuses dataset-paused when the holder paused the dataset
 * @refuses not-permitted when the policy has another reason
 * @refuses rate-exceeded when one caller asks the policy anew too often
 * @refuses decision-unavailable when the policy can't be asked and nothing is remembered
 * @refuses ledger-unavailable when the decision's input can't be kept
 */
final class Decide {

  private static final Logger LOG = LoggerFactory.getLogger(Decide.class);
  private static final String PURPOSE = "octroi-purpose";
  private static final long SETTLED_SHAPES = 20_000;

  private final RememberedDecisions decisions;
  private final PolicyEngine policy;
  private final UsageJournal journal;
  private final NewShapes newShapes;
  private final PublicAddresses addresses;

  /**
   * What was decided, by what the gate has in hand anyway: a shortcut past the policy's input. A
   * shape is let go after a while however often it is asked, which costs no queue of what was asked
   * last; what the gate has in hand changes, and the shapes of before must not stay.
   */
  private final Cache<Shape, Settled> settled =
      Caffeine.newBuilder()
          .maximumSize(SETTLED_SHAPES)
          .executor(Runnable::run)
          .expireAfterWrite(Duration.ofMinutes(5))
          .build();

  Decide(
      RememberedDecisions decisions,
      PolicyEngine policy,
      UsageJournal journal,
      NewShapes newShapes,
      PublicAddresses addresses) {
    this.decisions = decisions;
    this.policy = policy;
    this.journal = journal;
    this.newShapes = newShapes;
    this.addresses = addresses;
  }

  Step.Outcome permit(Passage passage) {
    List<String> stated = passage.request().headers().getAll(PURPOSE);
    Optional<Purpose> byHeader = stated.size() == 1 ? dpv(stated.getFirst()) : Optional.empty();
    Optional<Purpose> byToken = passage.identified().purpose();
    if (byHeader.isEmpty() != stated.isEmpty()
        || (byHeader.isPresent() && byToken.isPresent() && !byHeader.equals(byToken))) {
      return Step.refused(ProblemType.MALFORMED_REQUEST, "Octroi-Purpose");
    }
    Optional<Purpose> purpose = byToken.or(() -> byHeader).or(() -> onlyOneAgreed(passage));
    return switch (Asked.of(
        passage.routed().distribution().target(), passage.query(), passage.header("accept"))) {
      case Asked.NotUnderstood not -> new Step.Refused(not.refusal());
      case Asked.Understood understood -> {
        passage.asking(
            new Passage.Asking(action(passage, understood), understood.format(), purpose));
        yield ask(passage, understood);
      }
    };
  }

  private Step.Outcome ask(Passage passage, Asked.Understood understood) {
    try {
      Shape shape = new Shape(passage, understood);
      Settled known = settled.getIfPresent(shape);
      if (known != null
          && decisions.stillAnswers(known.answer(), passage.began(), policy.revision())) {
        return outcome(passage, understood, known);
      }
      DecisionInput input = input(passage, understood);
      Optional<RememberedDecisions.Answer> remembered = decisions.remembered(input);
      if (remembered.isEmpty()) {
        Duration wait = newShapes.take(passage.callersName());
        if (wait.isPositive()) {
          return new Step.Refused(Spend.tooFast(wait));
        }
      }
      RememberedDecisions.Answer answer = remembered.orElseGet(() -> decisions.decide(input));
      answer
          .document()
          .ifPresent(document -> keep(passage, input, answer, answer.policyRevision(), document));
      Settled now = new Settled(answer, decided(passage, understood, answer));
      settled.put(shape, now);
      return outcome(passage, understood, now);
    } catch (DecisionUnavailableException unavailable) {
      LOG.atError()
          .addKeyValue("request", passage.id())
          .setCause(unavailable)
          .log("The policy could not be asked");
      return Step.refused(ProblemType.DECISION_UNAVAILABLE);
    } catch (UsageJournal.JournalUnavailableException unavailable) {
      LOG.atError()
          .addKeyValue("request", passage.id())
          .setCause(unavailable)
          .log("A decision's input could not be kept");
      return Step.refused(ProblemType.LEDGER_UNAVAILABLE);
    }
  }

  /**
   * A shape whose decision is known.
   *
   * @param decided what the passages of this shape are told
   */
  private record Settled(RememberedDecisions.Answer answer, Passage.Decided decided) {}

  private static Passage.Decided decided(
      Passage passage, Asked.Understood understood, RememberedDecisions.Answer answer) {
    return new Passage.Decided(
        answer.decision() instanceof Decision.Permit permit
            ? Optional.of(permit)
            : Optional.empty(),
        Meter.access(
            passage,
            Optional.of(answer.shapeHash()),
            Optional.of(answer.policyRevision()),
            understood.queryShape()),
        new Dressings());
  }

  private Step.Outcome outcome(Passage passage, Asked.Understood understood, Settled settled) {
    passage.decided(settled.decided());
    return switch (settled.answer().decision()) {
      case Decision.Permit permit ->
          // What can't be looked into may ask after what must not be seen.
          passage.asksInABody() && permit.obligations().shapesContent()
              ? Step.refused(ProblemType.TIER_FORBIDS, "POST")
              : Step.GoOn.GO_ON;
      case Decision.Refuse refuse ->
          new Step.Refused(refusal(passage, understood, refuse.reasons()));
    };
  }

  /** What could not be kept for replay is asked, and offered to the journal, anew. */
  private void keep(
      Passage passage,
      DecisionInput input,
      RememberedDecisions.Answer answer,
      String revision,
      String document) {
    boolean kept = false;
    try {
      journal.keepShape(answer.shapeHash(), revision, passage.snapshot().revision(), document);
      kept = true;
    } finally {
      if (!kept) {
        decisions.forget(input);
      }
    }
  }

  private static DecisionInput input(Passage passage, Asked.Understood understood) {
    Passage.Identified who = passage.identified();
    Passage.Routed what = passage.routed();
    Snapshot.Dataset dataset = what.dataset();
    return new DecisionInput(
        new DecisionInput.Subject(
            who.authentication(),
            who.application().map(Snapshot.Application::id),
            who.application().map(Snapshot.Application::active).orElse(true),
            who.application().map(Snapshot.Application::reuserKind),
            who.scopes()),
        grant(passage.entitled(), dataset),
        new DecisionInput.Resource(
            dataset.territory().slug(),
            dataset.holder(),
            dataset.id(),
            dataset.slug(),
            what.distribution().id(),
            dataset.classification(),
            dataset.themes(),
            dataset.flags(),
            what.distribution().target().catalogue().columns().stream()
                .map(Catalogue.Column::name)
                .collect(Collectors.toUnmodifiableSet()),
            what.distribution().actions(),
            what.distribution().target().formatSet(),
            dataset.paused()),
        passage.asking().action(),
        understood.format(),
        understood.columns(),
        understood.operators(),
        passage.asking().purpose(),
        passage.began().truncatedTo(ChronoUnit.MINUTES),
        passage.region(),
        passage.caller().channel());
  }

  private static DecisionInput.Grant grant(Passage.Entitled entitled, Snapshot.Dataset dataset) {
    Snapshot.Offer offer = entitled.offer();
    Optional<Snapshot.Agreement> agreement = entitled.agreement();
    return new DecisionInput.Grant(
        agreement.map(Snapshot.Agreement::id),
        agreement.map(Snapshot.Agreement::status).orElse(AgreementStatus.ACTIVE),
        offer.id(),
        offer.licence().version(),
        agreement.map(Snapshot.Agreement::purposesClosed).orElse(offer.purposes()),
        agreement.map(Snapshot.Agreement::validFrom).orElse(Instant.EPOCH),
        agreement.flatMap(Snapshot.Agreement::validUntil),
        agreement.flatMap(Snapshot.Agreement::reacceptance).map(Snapshot.Reacceptance::by),
        new DecisionInput.Tier(offer.tier().name(), offer.tier().obligationsFor(dataset.id())));
  }

  /**
   * A caller who asks in a body, names columns or compares them chooses rows; all else is what it
   * is by default. Of a table that is a query whether it is offered or not, so that the policy can
   * say no; an API may take parameters for a plain read.
   */
  private static Action action(Passage passage, Asked.Understood understood) {
    var actions = passage.routed().distribution().actions();
    if (passage.asksInABody()) {
      return Action.QUERY;
    }
    boolean chooses = !understood.columns().isEmpty() || !understood.operators().isEmpty();
    boolean table = passage.routed().distribution().target().address() instanceof StoreAddress.Sql;
    if (chooses && (table || actions.contains(Action.QUERY))) {
      return Action.QUERY;
    }
    for (Action action : Action.values()) {
      if (actions.contains(action)) {
        return action;
      }
    }
    return Action.READ;
  }

  private static Optional<Purpose> onlyOneAgreed(Passage passage) {
    return passage
        .entitled()
        .agreement()
        .map(Snapshot.Agreement::purposes)
        .filter(agreed -> agreed.size() == 1)
        .map(SortedSet::getFirst);
  }

  private static Optional<Purpose> dpv(String term) {
    try {
      return Purposes.dpv().find(new Purpose(term)).map(Purposes.Term::purpose);
    } catch (IllegalArgumentException noTerm) {
      return Optional.empty();
    }
  }

  /** The problem for the policy's reasons: the gravest of those that have one of their own. */
  private Refusal refusal(Passage passage, Asked.Understood understood, List<String> reasons) {
    Optional<String> number =
        passage.entitled().agreement().map(agreement -> agreement.number().value());
    Optional<String> purpose = passage.asking().purpose().map(Purpose::term);
    return named(ProblemType.APPLICATION_SUSPENDED, reasons, Optional.empty())
        .or(() -> named(ProblemType.AGREEMENT_REVOKED, reasons, number))
        .or(() -> named(ProblemType.AGREEMENT_EXPIRED, reasons, number))
        .or(() -> named(ProblemType.AGREEMENT_SUSPENDED, reasons, number))
        .or(
            () ->
                named(ProblemType.REACCEPTANCE_REQUIRED, reasons, number)
                    .map(refusal -> sayingWhatToAccept(refusal, passage)))
        .or(() -> named(ProblemType.DATASET_PAUSED, reasons, Optional.empty()))
        .or(() -> named(ProblemType.PURPOSE_REQUIRED, reasons, Optional.empty()))
        .or(() -> named(ProblemType.PURPOSE_NOT_AGREED, reasons, purpose))
        .or(() -> tierForbids(passage, understood, reasons))
        .orElseGet(() -> Refusal.of(ProblemType.NOT_PERMITTED))
        .with("reasons", reasons);
  }

  /** Where at the desk to accept, and which text: its hash is what is accepted there. */
  private Refusal sayingWhatToAccept(Refusal refusal, Passage passage) {
    return passage
        .entitled()
        .agreement()
        .flatMap(
            agreement ->
                agreement
                    .reacceptance()
                    .map(asked -> asked.toAccept(passage.began()))
                    .map(version -> refusal.with("accept", accept(agreement, version))))
        .orElse(refusal);
  }

  private Map<String, Object> accept(Snapshot.Agreement agreement, Snapshot.NewerVersion version) {
    String licence = agreement.offer().licence().slug();
    return Map.of(
        "href", addresses.acceptance(agreement.id()),
        "licence", addresses.licenceVersion(licence, version.number()),
        "number", version.number(),
        "textSha256", version.textSha256());
  }

  private static Optional<Refusal> named(
      ProblemType type, List<String> reasons, Optional<String> argument) {
    return reasons.contains(type.word())
        ? Optional.of(argument.map(a -> Refusal.of(type, a)).orElseGet(() -> Refusal.of(type)))
        : Optional.empty();
  }

  private static Optional<Refusal> tierForbids(
      Passage passage, Asked.Understood understood, List<String> reasons) {
    String family = ProblemType.TIER_FORBIDS.word() + "-";
    return reasons.stream()
        .filter(reason -> reason.startsWith(family))
        .findFirst()
        .map(reason -> reason.substring(family.length()))
        .map(what -> what.equals("column") ? hidden(passage, understood).orElse(what) : what)
        .map(what -> Refusal.of(ProblemType.TIER_FORBIDS, what));
  }

  /** The columns asked for by name that the tier does not show. */
  private static Optional<String> hidden(Passage passage, Asked.Understood understood) {
    return passage
        .entitled()
        .offer()
        .tier()
        .obligationsFor(passage.routed().dataset().id())
        .visibleColumns()
        .map(
            visible ->
                understood.columns().stream()
                    .filter(column -> !visible.contains(column))
                    .collect(Collectors.joining(", ")))
        .filter(columns -> !columns.isEmpty());
  }
}
