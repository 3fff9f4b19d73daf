package org.octroi.entitlement;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.octroi.vocabulary.ApplicationId;
import org.octroi.vocabulary.TerritoryId;
import org.springframework.stereotype.Component;

/**
 * Keeps the snapshot in force. The desk's feed brings changes; a passage reads one snapshot at its
 * beginning and keeps to it. Safe for use by many threads.
 */
@Component
public final class Entitlements {

  private final AtomicReference<PersistentSnapshot> current =
      new AtomicReference<>(PersistentSnapshot.EMPTY);

  /** The snapshot in force. */
  public Snapshot current() {
    return current.get();
  }

  /** From now on a territory has these datasets and no others. */
  public void territory(
      long revision, TerritoryId territory, Collection<Snapshot.Dataset> datasets) {
    current.updateAndGet(s -> s.withTerritory(revision, territory, datasets));
  }

  /**
   * From now on an application has this state and these agreements and no others.
   *
   * @param issuer the issuer of its tokens
   * @param clientId its client id there
   */
  public void application(
      long revision,
      String issuer,
      String clientId,
      Snapshot.Application application,
      List<Snapshot.Agreement> agreements) {
    current.updateAndGet(
        s -> s.withApplication(revision, issuer, clientId, application, agreements));
  }

  /**
   * From now on these tokens too are refused.
   *
   * @param tokens by the id that each carries, when it would have ended
   * @param ended those that ended before need no mention any more
   */
  public void revokedTokens(long revision, Map<String, Instant> tokens, Instant ended) {
    current.updateAndGet(s -> s.withRevokedTokens(revision, tokens, ended));
  }

  /** The application is no more. */
  public void withoutApplication(long revision, ApplicationId application) {
    current.updateAndGet(s -> s.withoutApplication(revision, application));
  }
}
