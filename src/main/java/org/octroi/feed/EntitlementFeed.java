package org.octroi.feed;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.octroi.agreement.AgreementMinted;
import org.octroi.agreement.AgreementResumed;
import org.octroi.agreement.AgreementRevoked;
import org.octroi.agreement.AgreementSuspended;
import org.octroi.agreement.Agreements;
import org.octroi.agreement.HeldAgreement;
import org.octroi.entitlement.Entitlements;
import org.octroi.entitlement.Snapshot;
import org.octroi.identity.ApplicationChanged;
import org.octroi.identity.Applications;
import org.octroi.identity.RegisteredApplication;
import org.octroi.identity.WebOrigin;
import org.octroi.offer.Offers;
import org.octroi.offer.PublishedOffer;
import org.octroi.problem.PublicAddresses;
import org.octroi.territory.CatalogueChanged;
import org.octroi.territory.PageAsk;
import org.octroi.territory.Territories;
import org.octroi.vocabulary.ApplicationId;
import org.octroi.vocabulary.Page;
import org.octroi.vocabulary.TerritoryId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.event.EventListener;
import org.springframework.dao.NonTransientDataAccessResourceException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.UnexpectedRollbackException;
import org.springframework.transaction.event.TransactionPhase;
import org.springframework.transaction.event.TransactionalEventListener;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Brings entitlements to the gate.
 *
 * <p>A change at the desk is noted in its own transaction, and applied here right after the commit,
 * before the call that made it answers: what was created works, what was revoked is closed. Changes
 * that another process made on the same database are found by asking for newer revisions four times
 * a second, so that they too are in force within the promised second.
 */
@Component
class EntitlementFeed implements SmartLifecycle {

  /** Before the gate opens, after the demo has been loaded. */
  static final int PHASE = 1000;

  private static final Logger LOG = LoggerFactory.getLogger(EntitlementFeed.class);
  private static final Duration KEPT = Duration.ofDays(7);

  private final Changes changes;
  private final Entitlements entitlements;
  private final Territories territories;
  private final Offers offers;
  private final Applications applications;
  private final Agreements agreements;
  private final String issuer;
  private final TransactionTemplate reading;
  private final Clock clock;

  private final Object lock = new Object();
  private final Map<String, Changes.Change> failed = new LinkedHashMap<>();
  private long applied = -1;
  private volatile Optional<Instant> behindSince = Optional.empty();
  private volatile boolean running;

  EntitlementFeed(
      Changes changes,
      Entitlements entitlements,
      Territories territories,
      Offers offers,
      Applications applications,
      Agreements agreements,
      PublicAddresses addresses,
      PlatformTransactionManager transactions,
      Clock clock) {
    this.changes = changes;
    this.entitlements = entitlements;
    this.territories = territories;
    this.offers = offers;
    this.applications = applications;
    this.agreements = agreements;
    this.issuer = addresses.desk().publicUrl();
    this.clock = clock;
    this.reading = new TransactionTemplate(transactions);
  }

  @EventListener
  void on(CatalogueChanged changed) {
    changes.note(Changes.Kind.TERRITORY, changed.territory().toString());
  }

  @EventListener
  void on(ApplicationChanged changed) {
    changes.note(Changes.Kind.APPLICATION, changed.application().toString());
  }

  @EventListener
  void on(AgreementMinted minted) {
    changes.note(Changes.Kind.APPLICATION, minted.application().toString());
  }

  @EventListener
  void on(AgreementSuspended suspended) {
    changes.note(Changes.Kind.APPLICATION, suspended.application().toString());
  }

  @EventListener
  void on(AgreementResumed resumed) {
    changes.note(Changes.Kind.APPLICATION, resumed.application().toString());
  }

  @EventListener
  void on(AgreementRevoked revoked) {
    changes.note(Changes.Kind.APPLICATION, revoked.application().toString());
  }

  /**
   * Reads on the connection that has just committed, which Spring releases only after this: a
   * second one of the pool could be waited for by everybody at once. What goes wrong here does not
   * concern the caller, whose change is committed: it is logged, and the next look mends it.
   */
  @TransactionalEventListener(
      phase = TransactionPhase.AFTER_COMMIT,
      classes = {
        CatalogueChanged.class,
        ApplicationChanged.class,
        AgreementMinted.class,
        AgreementSuspended.class,
        AgreementResumed.class,
        AgreementRevoked.class
      })
  void applyAfterCommit() {
    lookAgain();
  }

  @Scheduled(fixedDelay = 250)
  void applyWhatOthersChanged() {
    lookAgain();
  }

  @Scheduled(fixedDelay = 3_600_000, initialDelay = 60_000)
  void forgetOldChanges() {
    changes.forgetBefore(clock.instant().minus(KEPT));
  }

  private void lookAgain() {
    if (!running) {
      return;
    }
    try {
      // The connection first and the lock within it, on every way here, so that none waits for a
      // connection while others wait for its lock.
      reading.executeWithoutResult(tx -> catchUp());
      behindSince = Optional.empty();
    } catch (UnexpectedRollbackException e) {
      // Something could not be read and was closed. Nothing was written, so nothing is undone.
      behindSince = Optional.empty();
    } catch (RuntimeException e) {
      if (behindSince.isEmpty()) {
        behindSince = Optional.of(clock.instant());
        LOG.error("Changes at the desk can't be brought to the gate; asking again", e);
      }
    }
  }

  /** Applies every change that is committed and not yet applied, and tries again what failed. */
  private void catchUp() {
    synchronized (lock) {
      for (Changes.Change again : List.copyOf(failed.values())) {
        apply(again);
      }
      List<Changes.Change> batch = changes.after(applied);
      while (!batch.isEmpty()) {
        if (batch.getFirst().revision() != applied + 1) {
          // We were away for so long that changes are forgotten.
          loadEverything();
          return;
        }
        Map<String, Changes.Change> newest = new LinkedHashMap<>();
        for (Changes.Change change : batch) {
          newest.put(change.kind() + change.subject(), change);
        }
        newest.values().forEach(this::apply);
        applied = batch.getLast().revision();
        batch = changes.after(applied);
      }
      if (changes.revision() > applied) {
        loadEverything();
      }
    }
  }

  private void apply(Changes.Change change) {
    applying(
        change,
        () -> {
          switch (change.kind()) {
            case TERRITORY -> loadTerritory(change.revision(), TerritoryId.of(change.subject()));
            case APPLICATION ->
                loadApplication(change.revision(), ApplicationId.of(change.subject()));
          }
        });
  }

  /**
   * Applies one change. What can't be read is closed at the gate until it can, so that one broken
   * row holds up nobody's revocation; only a database that can't be asked holds up everything.
   */
  private void applying(Changes.Change change, Runnable load) {
    String subject = change.kind() + change.subject();
    try {
      load.run();
      failed.remove(subject);
    } catch (TransientDataAccessException | NonTransientDataAccessResourceException e) {
      throw e;
    } catch (RuntimeException e) {
      if (failed.put(subject, change) == null) {
        LOG.error(
            "The entitlements of {} can't be read: closed at the gate until they can", subject, e);
      }
      switch (change.kind()) {
        case TERRITORY ->
            entitlements.territory(change.revision(), TerritoryId.of(change.subject()), List.of());
        case APPLICATION ->
            entitlements.withoutApplication(change.revision(), ApplicationId.of(change.subject()));
      }
    }
  }

  /** What stands between the desk and the gate, for the health of the process. */
  Lag lag() {
    synchronized (lock) {
      return new Lag(applied, Set.copyOf(failed.keySet()), behindSince);
    }
  }

  /**
   * How far behind the gate is.
   *
   * @param applied the newest revision that is in force
   * @param closed what can't be read and is closed for it
   * @param behindSince since when the database can't be asked; empty when it can
   */
  record Lag(long applied, Set<String> closed, Optional<Instant> behindSince) {}

  private void loadEverything() {
    synchronized (lock) {
      long revision = changes.revision();
      territories
          .all()
          .forEach(
              t -> apply(new Changes.Change(revision, Changes.Kind.TERRITORY, t.id().toString())));
      Optional<String> after = Optional.of("");
      while (after.isPresent()) {
        Page<RegisteredApplication> page = applications.all(new PageAsk(PageAsk.MOST, after.get()));
        page.items()
            .forEach(
                a ->
                    applying(
                        new Changes.Change(revision, Changes.Kind.APPLICATION, a.id().toString()),
                        () -> load(revision, a)));
        after = page.next();
      }
      applied = revision;
      LOG.info("Entitlements are loaded at revision {}", applied);
    }
  }

  private void loadTerritory(long revision, TerritoryId territory) {
    entitlements.territory(revision, territory, offers.entitlements(territory));
  }

  private void loadApplication(long revision, ApplicationId id) {
    applications
        .find(id)
        .ifPresentOrElse(
            known -> load(revision, known), () -> entitlements.withoutApplication(revision, id));
  }

  private void load(long revision, RegisteredApplication known) {
    List<Snapshot.Agreement> held =
        agreements.heldBy(known.id()).stream().map(this::entitled).toList();
    entitlements.application(
        revision,
        issuer,
        known.clientId(),
        new Snapshot.Application(
            known.id(),
            known.active(),
            known.owner().id(),
            known.reuserKind(),
            known.origins().stream().map(WebOrigin::text).collect(Collectors.toSet())),
        held);
  }

  private Snapshot.Agreement entitled(HeldAgreement held) {
    PublishedOffer offer =
        offers
            .find(held.offer())
            .orElseThrow(
                () ->
                    new IllegalStateException(
                        "Agreement " + held.number() + " names an offer that is gone"));
    return new Snapshot.Agreement(
        held.id(),
        held.number(),
        held.application(),
        offer.snapshot(),
        held.datasets(),
        held.status(),
        held.purposes(),
        held.purposesClosed(),
        held.validFrom(),
        held.validUntil(),
        held.maskKey());
  }

  @Override
  public void start() {
    reading.executeWithoutResult(tx -> loadEverything());
    running = true;
  }

  @Override
  public void stop() {
    running = false;
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  @Override
  public int getPhase() {
    return PHASE;
  }
}
