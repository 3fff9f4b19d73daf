package org.octroi.gate;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.octroi.entitlement.Snapshot;
import org.octroi.problem.Refusal;
import org.octroi.store.Asked;
import org.octroi.usage.Access;
import org.octroi.usage.PreparedAccess;
import org.octroi.usage.UsageEvent;
import org.octroi.usage.UsageEvent.Outcome;
import org.octroi.usage.UsageJournal;
import org.octroi.usage.UsageJournal.JournalUnavailableException;
import org.octroi.vocabulary.Action;
import org.octroi.vocabulary.Format;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Step 8: one usage event for every passage that reached a dataset, in the journal before the last
 * byte of its answer leaves, and on the disk too where {@code octroi.usage.durability=fsync} asks
 * for it.
 */
final class Meter {

  /** Stands for the status of a caller who went away before there was one, as nginx writes it. */
  static final int CLIENT_GONE = 499;

  private static final Logger LOG = LoggerFactory.getLogger(Meter.class);

  private final UsageJournal journal;

  Meter(UsageJournal journal) {
    this.journal = journal;
  }

  /**
   * The passage ended this way.
   *
   * @throws JournalUnavailableException when that can't be written down
   */
  void ended(Passage passage, int status, Outcome outcome, long rows, long bytes) {
    journal.append(event(passage, status, List.of(), outcome, rows, bytes, false));
  }

  /**
   * The passage has come so far; a later record of it replaces this one.
   *
   * @throws JournalUnavailableException when that can't be written down
   */
  void provisional(Passage passage, int status, long bytes) {
    journal.append(event(passage, status, List.of(), Outcome.CUT, -1, bytes, true));
  }

  /**
   * The passage was refused. No data left, so a journal that fails is no reason to say otherwise.
   */
  void refused(Passage passage, Refusal refusal) {
    if (passage.routedIfKnown().isEmpty()) {
      return;
    }
    List<String> reasons = new ArrayList<>();
    reasons.add(refusal.type().word());
    if (refusal.members().get("reasons") instanceof List<?> more) {
      more.forEach(reason -> reasons.add(reason.toString()));
    }
    try {
      journal.append(
          event(passage, refusal.type().status(), reasons, Outcome.REFUSED, -1, 0, false));
    } catch (JournalUnavailableException unavailable) {
      LOG.atError()
          .addKeyValue("request", passage.id())
          .setCause(unavailable)
          .log("A refusal could not be written to the journal");
    }
  }

  /**
   * Goes on when the passage's record is as safe as it must be before an answer ends: at once, or
   * on the passage's loop when the disk has it, where the journal is forced before answers end. No
   * loop waits for a disk.
   *
   * @param goOn the answer may end
   * @param orElse the disk does not take the record
   */
  void whenSafe(
      Passage passage, Runnable goOn, Consumer<? super JournalUnavailableException> orElse) {
    if (!journal.forcedBeforeAnswersEnd() || passage.routedIfKnown().isEmpty()) {
      goOn.run();
      return;
    }
    var _ =
        journal
            .forced()
            .whenComplete(
                (nothing, fault) ->
                    passage
                        .exchange()
                        .loop()
                        .execute(
                            () -> {
                              if (fault == null) {
                                goOn.run();
                              } else {
                                orElse.accept(unavailable(fault));
                              }
                            }));
  }

  private static JournalUnavailableException unavailable(Throwable fault) {
    return fault instanceof JournalUnavailableException unavailable
        ? unavailable
        : new JournalUnavailableException("The usage journal could not be forced", fault);
  }

  private static UsageEvent event(
      Passage passage,
      int status,
      List<String> reasons,
      Outcome outcome,
      long rows,
      long bytes,
      boolean provisional) {
    return new UsageEvent(
        passage.began(),
        passage.localDay(),
        passage.id(),
        passage
            .decidedIfKnown()
            .map(Passage.Decided::access)
            .orElseGet(
                () -> access(passage, Optional.empty(), Optional.empty(), notLookedInto(passage))),
        status,
        reasons,
        outcome,
        rows,
        bytes,
        passage.micros(),
        passage.region(),
        passage.snapshot().revision(),
        passage.caller().pseudonym(),
        provisional);
  }

  /**
   * What a passage has in common with all others of its shape, as far as it has come.
   *
   * @param shapeHash the shape that a decision was asked for
   * @param policyRevision the policy that decided
   * @param queryShape the query without its values
   */
  static PreparedAccess access(
      Passage passage,
      Optional<String> shapeHash,
      Optional<String> policyRevision,
      Optional<String> queryShape) {
    Passage.Routed what = passage.routed();
    Snapshot.Dataset dataset = what.dataset();
    Optional<Snapshot.Application> application =
        passage.identifiedIfKnown().flatMap(Passage.Identified::application);
    Optional<Passage.Entitled> under = passage.entitledIfKnown();
    Optional<Snapshot.Offer> offer = under.map(Passage.Entitled::offer);
    Optional<Passage.Asking> asking = passage.askingIfKnown();
    return new PreparedAccess(
        new Access(
            dataset.territory().id(),
            dataset.holder(),
            dataset.id(),
            what.distribution().id(),
            application.map(Snapshot.Application::reuser),
            application.map(Snapshot.Application::id),
            offer.map(Snapshot.Offer::id),
            under.flatMap(Passage.Entitled::agreement).map(Snapshot.Agreement::id),
            offer.map(o -> o.licence().version()),
            offer.map(o -> o.tier().name()),
            asking.flatMap(Passage.Asking::purpose),
            asking.map(Passage.Asking::action).orElseGet(() -> firstAction(what)),
            asking.map(Passage.Asking::format).orElseGet(() -> firstFormat(what)),
            passage.caller().channel(),
            shapeHash,
            policyRevision,
            queryShape));
  }

  /** Of a query that did not come as far as its decision nothing is kept but that there was one. */
  private static Optional<String> notLookedInto(Passage passage) {
    return passage.query().isEmpty() ? Optional.empty() : Optional.of(Asked.UNKNOWN);
  }

  private static Action firstAction(Passage.Routed what) {
    return what.distribution().actions().stream().sorted().findFirst().orElse(Action.READ);
  }

  private static Format firstFormat(Passage.Routed what) {
    return what.distribution().target().formats().getFirst();
  }
}
