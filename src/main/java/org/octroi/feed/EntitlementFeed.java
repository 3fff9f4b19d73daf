package org.octroi.feed;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.octroi.agreement.AgreementEvent;
import org.octroi.agreement.Agreements;
import org.octroi.agreement.HeldAgreement;
import org.octroi.entitlement.Entitlements;
import org.octroi.entitlement.Snapshot;
import org.octroi.identity.ApplicationChanged;
import org.octroi.identity.ApplicationKeys;
import org.octroi.identity.Applications;
import org.octroi.identity.RegisteredApplication;
import org.octroi.identity.RevokedTokens;
import org.octroi.identity.TokenRevoked;
import org.octroi.identity.WebOrigin;
import org.octroi.issuer.ForeignClients;
import org.octroi.issuer.ForeignRevocations;
import org.octroi.issuer.ForeignTokenRevoked;
import org.octroi.issuer.IssuerChanged;
import org.octroi.issuer.TrustedIssuers;
import org.octroi.licence.LicenceVersion;
import org.octroi.licence.LicenceVersionPublished;
import org.octroi.licence.Licences;
import org.octroi.offer.Offers;
import org.octroi.offer.PublishedOffer;
import org.octroi.problem.PublicAddresses;
import org.octroi.territory.CatalogueChanged;
import org.octroi.territory.PageAsk;
import org.octroi.territory.Territories;
import org.octroi.vocabulary.ApplicationId;
import org.octroi.vocabulary.LicenceId;
import org.octroi.vocabulary.LicenceVersionId;
import org.octroi.vocabulary.OfferId;
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
 * a second, so that they too are in force within the promised second. Where gates on other machines
 * are on the line to this process, the call waits for them too, for a second at most.
 */
@Component
class EntitlementFeed implements SmartLifecycle {

  /** Before the gate opens, after the demo has been loaded. */
  static final int PHASE = 1000;

  private static final Logger LOG = LoggerFactory.getLogger(EntitlementFeed.class);
  private static final Duration KEPT = Duration.ofDays(7);

  /** Any id will do: they are read as one. */
  private static final String ALL_ISSUERS = new UUID(0, 0).toString();

  private static final Duration BETWEEN_TRIES = Duration.ofSeconds(1);

  private final Changes changes;
  private final Entitlements entitlements;
  private final Territories territories;
  private final Offers offers;
  private final Applications applications;
  private final ApplicationKeys keys;
  private final Agreements agreements;
  private final Licences licences;
  private final RevokedTokens revokedTokens;
  private final TrustedIssuers issuers;
  private final ForeignClients foreignClients;
  private final ForeignRevocations foreignRevocations;
  private final String issuer;
  private final LiveGates live;
  private final TransactionTemplate reading;
  private final Clock clock;

  private final Object lock = new Object();
  private final Map<String, Unread> unread = new LinkedHashMap<>();
  private long nextTryNanos = System.nanoTime();
  private long applied = -1;

  /**
   * Offers met, with the text accepted, while many agreements are read, and nothing else: a million
   * of them may have accepted a few.
   */
  private @Nullable Map<Terms, Accepted> acceptedWhileLoading;

  private volatile Optional<Instant> behindSince = Optional.empty();
  private volatile boolean running;

  EntitlementFeed(
      Changes changes,
      Entitlements entitlements,
      Territories territories,
      Offers offers,
      Applications applications,
      ApplicationKeys keys,
      Agreements agreements,
      Licences licences,
      RevokedTokens revokedTokens,
      TrustedIssuers issuers,
      ForeignClients foreignClients,
      ForeignRevocations foreignRevocations,
      PublicAddresses addresses,
      LiveGates live,
      PlatformTransactionManager transactions,
      Clock clock) {
    this.changes = changes;
    this.entitlements = entitlements;
    this.territories = territories;
    this.offers = offers;
    this.applications = applications;
    this.keys = keys;
    this.agreements = agreements;
    this.licences = licences;
    this.revokedTokens = revokedTokens;
    this.issuers = issuers;
    this.foreignClients = foreignClients;
    this.foreignRevocations = foreignRevocations;
    this.issuer = addresses.desk().publicUrl();
    this.live = live;
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
  void on(AgreementEvent happened) {
    changes.note(Changes.Kind.APPLICATION, happened.application().toString());
  }

  @EventListener
  void on(TokenRevoked revoked) {
    changes.note(Changes.Kind.TOKEN, revoked.token().toString());
  }

  @EventListener
  void on(ForeignTokenRevoked revoked) {
    changes.note(Changes.Kind.FOREIGN_TOKEN, revoked.revocation().toString());
  }

  @EventListener
  void on(IssuerChanged changed) {
    changes.note(Changes.Kind.ISSUERS, changed.issuer().toString());
  }

  /**
   * One note, however many agreements stand on the licence: who holds them is found when it is
   * applied.
   */
  @EventListener
  void on(LicenceVersionPublished published) {
    changes.note(Changes.Kind.LICENCE, published.licence().toString());
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
        AgreementEvent.class,
        LicenceVersionPublished.class,
        TokenRevoked.class,
        ForeignTokenRevoked.class,
        IssuerChanged.class
      })
  void applyAfterCommit() {
    lookAgain();
    live.awaitInForce();
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
      tryAgain();
      List<Changes.Change> batch = news();
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
        batch = news();
      }
      if (changes.revision() > applied) {
        loadEverything();
      }
    }
  }

  /** What changed since; where a note of it can't be read, whatever it was about is loaded. */
  private List<Changes.Change> news() {
    try {
      return changes.after(applied);
    } catch (IllegalArgumentException unreadable) {
      LOG.error("The note of a change can't be read: everything is loaded anew", unreadable);
      loadEverything();
      return changes.after(applied);
    }
  }

  /** What could not be read may have been mended by hand, of which no change tells. */
  private void tryAgain() {
    if (unread.isEmpty() || System.nanoTime() - nextTryNanos < 0) {
      return;
    }
    for (Unread again : List.copyOf(unread.values())) {
      apply(again.change());
    }
    nextTryNanos = System.nanoTime() + BETWEEN_TRIES.toNanos();
  }

  private void apply(Changes.Change change) {
    switch (change.kind()) {
      case TERRITORY -> applying(change, closed -> territory(change, closed));
      case APPLICATION -> applying(change, closed -> application(change, closed));
      case LICENCE -> applyToHolders(change);
      case TOKEN -> applying(change, closed -> revocation(change));
      case FOREIGN_TOKEN -> applying(change, closed -> foreignRevocation(change));
      case ISSUERS -> applying(change, closed -> issuers(change.revision()));
    }
  }

  /** Looks anew at every application with an agreement under the licence, page by page. */
  private void applyToHolders(Changes.Change change) {
    List<LicenceVersionId> versions = licences.versionIds(LicenceId.of(change.subject()));
    remembering(
        () -> {
          Optional<String> after = versions.isEmpty() ? Optional.empty() : Optional.of("");
          while (after.isPresent()) {
            Page<String> page =
                agreements.holdersUnder(versions, new PageAsk(PageAsk.MOST, after.get()));
            page.items()
                .forEach(
                    id ->
                        apply(new Changes.Change(change.revision(), Changes.Kind.APPLICATION, id)));
            after = page.next();
          }
        });
  }

  /** Reads something, tells what of it can't be read, and gives back what puts it in force. */
  private interface Reading {
    Runnable read(BiConsumer<String, RuntimeException> closed);
  }

  /**
   * Something that can't be read, or not all of it.
   *
   * @param change what was to be applied
   * @param parts what of it is closed; empty where all of it is
   */
  private record Unread(Changes.Change change, Set<String> parts) {}

  /**
   * Applies one change. What can't be read is closed at the gate until it can, so that one broken
   * row holds up nobody's revocation; only a database that can't be asked holds up everything.
   */
  private void applying(Changes.Change change, Reading reading) {
    String subject = change.kind() + change.subject();
    @Nullable Unread before = unread.get(subject);
    Set<String> parts = new TreeSet<>();
    try {
      Runnable inForce =
          reading.read(
              (part, why) -> {
                parts.add(part);
                if (before == null || !before.parts().contains(part)) {
                  LOG.error("The {} can't be read: closed at the gate until it can", part, why);
                }
              });
      Unread now = new Unread(change, parts);
      if (!parts.isEmpty() && now.equals(before)) {
        // Tried again, and nothing is mended: what is in force stays the very same.
        return;
      }
      inForce.run();
      if (parts.isEmpty()) {
        unread.remove(subject);
      } else {
        unread.put(subject, now);
      }
    } catch (TransientDataAccessException | NonTransientDataAccessResourceException e) {
      throw e;
    } catch (RuntimeException e) {
      if (unread.put(subject, new Unread(change, Set.of())) == null) {
        LOG.error(
            "The entitlements of {} can't be read: closed at the gate until they can", subject, e);
      }
      close(change);
    }
  }

  private void close(Changes.Change change) {
    switch (change.kind()) {
      case TERRITORY ->
          entitlements.territory(change.revision(), TerritoryId.of(change.subject()), List.of());
      case APPLICATION ->
          entitlements.withoutApplication(change.revision(), ApplicationId.of(change.subject()));
      case LICENCE ->
          throw new IllegalArgumentException("A licence is closed by its holders' applications");
      case TOKEN ->
          // Not read when it would end: longer than any token lives is long enough.
          revoked(change.revision(), Map.of(change.subject(), clock.instant().plus(KEPT)));
      case FOREIGN_TOKEN, ISSUERS ->
          // Which token it is can't be read either: none of another house's opens anything.
          entitlements.issuers(change.revision(), Map.of());
    }
  }

  /** What stands between the desk and the gate, for the health of the process. */
  Lag lag() {
    synchronized (lock) {
      Set<String> closed = new TreeSet<>();
      unread.forEach(
          (subject, what) -> {
            if (what.parts().isEmpty()) {
              closed.add(subject);
            } else {
              closed.addAll(what.parts());
            }
          });
      return new Lag(applied, closed, behindSince);
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
      apply(new Changes.Change(revision, Changes.Kind.ISSUERS, ALL_ISSUERS));
      for (String territory : territories.ids()) {
        apply(new Changes.Change(revision, Changes.Kind.TERRITORY, territory));
      }
      remembering(
          () -> {
            Optional<String> after = Optional.of("");
            while (after.isPresent()) {
              after = loadApplications(revision, new PageAsk(PageAsk.MOST, after.get()));
            }
          });
      Map<String, Instant> ends = new HashMap<>();
      revokedTokens.all().forEach(token -> ends.put(token.token().toString(), token.expires()));
      foreignRevocations.all().forEach(token -> ends.put(foreign(token), token.expires()));
      revoked(revision, ends);
      applied = revision;
      LOG.info("Entitlements are loaded at revision {}", applied);
    }
  }

  /** Reads many agreements, and each offer that they accepted once. */
  private void remembering(Runnable reading) {
    acceptedWhileLoading = new HashMap<>();
    try {
      reading.run();
    } finally {
      acceptedWhileLoading = null;
    }
  }

  /**
   * Loads a page of applications, one by one where not all of it can be read.
   *
   * @return where the next page begins
   */
  private Optional<String> loadApplications(long revision, PageAsk ask) {
    try {
      Page<RegisteredApplication> page = applications.all(ask);
      List<ApplicationId> ids = page.items().stream().map(RegisteredApplication::id).toList();
      Map<ApplicationId, List<ApplicationKeys.AtTheGate>> keysOf = keys.atTheGate(ids);
      Map<ApplicationId, Set<Snapshot.Client>> clientsOf = foreignClients.of(ids);
      page.items()
          .forEach(
              a ->
                  applying(
                      new Changes.Change(revision, Changes.Kind.APPLICATION, a.id().toString()),
                      closed -> known(revision, a, keysOf, clientsOf, closed)));
      return page.next();
    } catch (TransientDataAccessException | NonTransientDataAccessResourceException e) {
      throw e;
    } catch (RuntimeException unreadable) {
      Page<String> page = applications.allIds(ask);
      page.items().forEach(id -> apply(new Changes.Change(revision, Changes.Kind.APPLICATION, id)));
      return page.next();
    }
  }

  private Runnable territory(Changes.Change change, BiConsumer<String, RuntimeException> closed) {
    TerritoryId id = TerritoryId.of(change.subject());
    Collection<Snapshot.Dataset> datasets = offers.entitlements(id, closed);
    return () -> entitlements.territory(change.revision(), id, datasets);
  }

  private Runnable revocation(Changes.Change change) {
    Map<String, Instant> ends = new HashMap<>();
    revokedTokens
        .find(UUID.fromString(change.subject()))
        .ifPresent(token -> ends.put(change.subject(), token.expires()));
    return () -> revoked(change.revision(), ends);
  }

  private Runnable foreignRevocation(Changes.Change change) {
    Map<String, Instant> ends = new HashMap<>();
    foreignRevocations
        .find(UUID.fromString(change.subject()))
        .ifPresent(token -> ends.put(foreign(token), token.expires()));
    return () -> revoked(change.revision(), ends);
  }

  private static String foreign(ForeignRevocations.Revoked token) {
    return Snapshot.foreignToken(token.issuer(), token.token());
  }

  private Runnable issuers(long revision) {
    Map<String, Set<TerritoryId>> territories = issuers.territories();
    return () -> entitlements.issuers(revision, territories);
  }

  private void revoked(long revision, Map<String, Instant> ends) {
    entitlements.revokedTokens(revision, ends, clock.instant().minus(RevokedTokens.AFTER_ITS_END));
  }

  private Runnable application(Changes.Change change, BiConsumer<String, RuntimeException> closed) {
    ApplicationId id = ApplicationId.of(change.subject());
    return applications
        .find(id)
        .map(
            known ->
                known(
                    change.revision(),
                    known,
                    keys.atTheGate(List.of(id)),
                    foreignClients.of(List.of(id)),
                    closed))
        .orElse(() -> entitlements.withoutApplication(change.revision(), id));
  }

  private Runnable known(
      long revision,
      RegisteredApplication known,
      Map<ApplicationId, List<ApplicationKeys.AtTheGate>> keysOf,
      Map<ApplicationId, Set<Snapshot.Client>> clientsOf,
      BiConsumer<String, RuntimeException> closed) {
    List<HeldAgreement> readable = agreements.heldBy(known.id(), closed);
    Map<LicenceVersionId, Snapshot.Reacceptance> asked =
        licences.reacceptances(
            readable.stream().map(HeldAgreement::licenceVersion).collect(Collectors.toSet()));
    List<Snapshot.Agreement> held =
        readable.stream()
            .flatMap(agreement -> entitled(agreement, asked, closed).stream())
            .toList();
    Snapshot.Application application =
        new Snapshot.Application(
            known.id(),
            known.active(),
            known.owner().id(),
            known.reuserKind(),
            known.origins().stream().map(WebOrigin::text).collect(Collectors.toSet()),
            keysOf.getOrDefault(known.id(), List.of()).stream()
                .map(key -> new Snapshot.Key(key.id(), key.hash(), key.expires(), key.reach()))
                .toList());
    Set<Snapshot.Client> elsewhere = clientsOf.getOrDefault(known.id(), Set.of());
    return () ->
        entitlements.application(revision, issuer, known.clientId(), elsewhere, application, held);
  }

  private Optional<Snapshot.Agreement> entitled(
      HeldAgreement held,
      Map<LicenceVersionId, Snapshot.Reacceptance> asked,
      BiConsumer<String, RuntimeException> closed) {
    try {
      return Optional.of(entitled(held, Optional.ofNullable(asked.get(held.licenceVersion()))));
    } catch (TransientDataAccessException | NonTransientDataAccessResourceException e) {
      throw e;
    } catch (RuntimeException unreadable) {
      closed.accept("agreement " + held.id(), unreadable);
      return Optional.empty();
    }
  }

  /** An offer as it was accepted: a version of it never changes. */
  private record Accepted(PublishedOffer published, Snapshot.Offer snapshot) {}

  /** An offer, and the text of its licence that was accepted, perhaps later than the offer. */
  private record Terms(OfferId offer, LicenceVersionId text) {}

  private Accepted accepted(HeldAgreement held) {
    @Nullable Map<Terms, Accepted> met = acceptedWhileLoading;
    Terms terms = new Terms(held.offer(), held.licenceVersion());
    @Nullable Accepted known = met == null ? null : met.get(terms);
    if (known != null) {
      return known;
    }
    PublishedOffer published =
        offers
            .find(held.offer())
            .orElseThrow(
                () ->
                    new IllegalStateException(
                        "Agreement " + held.number() + " names an offer that is gone"));
    Snapshot.Offer offered = published.snapshot();
    Accepted found =
        new Accepted(
            published,
            held.licenceVersion().equals(offered.licence().version())
                ? offered
                : offered.under(licence(held)));
    if (met != null) {
      met.put(terms, found);
    }
    return found;
  }

  private Snapshot.Licence licence(HeldAgreement held) {
    return licences
        .version(held.licenceVersion())
        .map(LicenceVersion::snapshot)
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "Agreement " + held.number() + " stands on a licence version that is gone"));
  }

  private Snapshot.Agreement entitled(
      HeldAgreement held, Optional<Snapshot.Reacceptance> reacceptance) {
    Accepted accepted = accepted(held);
    PublishedOffer offer = accepted.published();
    if (offer.validity().isPresent() && held.validUntil().isEmpty()) {
      throw new IllegalStateException(
          "Agreement " + held.number() + " has no end, and its offer has one");
    }
    return new Snapshot.Agreement(
        held.id(),
        held.number(),
        held.application(),
        held.tier().map(accepted.snapshot()::withTier).orElse(accepted.snapshot()),
        held.datasets(),
        held.status(),
        held.purposes(),
        held.purposesClosed(),
        held.validFrom(),
        held.validUntil(),
        reacceptance,
        held.maskKey());
  }

  @Override
  public void start() {
    try {
      reading.executeWithoutResult(tx -> loadEverything());
    } catch (UnexpectedRollbackException e) {
      // Something could not be read and was closed; the rest is loaded.
    }
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
