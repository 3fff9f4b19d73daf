package org.octroi.entitlement;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import org.octroi.vocabulary.ApplicationId;
import org.octroi.vocabulary.Id;
import org.octroi.vocabulary.TerritoryId;
import org.springframework.stereotype.Component;

/**
 * Keeps the snapshot in force. The desk's feed brings changes; a passage reads one snapshot at its
 * beginning and keeps to it. Safe for use by many threads.
 *
 * <p>Changes are counted, and which thing changed last at which count is remembered, so that a gate
 * elsewhere is told what has changed since: the things as they are now, once each, however often
 * they changed. Of more things than are remembered it is told all that there is.
 */
@Component
public final class Entitlements {

  /** Of so many things it is known when they changed last. */
  private static final int REMEMBERED = 10_000;

  /** The revoked tokens change as one thing, of which there are never many. */
  private static final Object TOKENS = "revoked tokens";

  /** So do the issuers. */
  private static final Object ISSUERS = "issuers";

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  /** When each thing changed last, the one that changed last at the end. */
  private final SequencedMap<Object, Long> changes = new LinkedHashMap<>();

  /** What changed up to here may have been forgotten. */
  private long forgotten;

  private long count;

  private volatile PersistentSnapshot current = PersistentSnapshot.EMPTY;

  /** The snapshot in force. */
  public Snapshot current() {
    return current;
  }

  /** From now on a territory has these datasets and no others. */
  public void territory(
      long revision, TerritoryId territory, Collection<Snapshot.Dataset> datasets) {
    apply(new EntitlementChange.OfTerritory(revision, territory, List.copyOf(datasets)));
  }

  /**
   * From now on an application has this state and these agreements and no others.
   *
   * @param issuer our own issuer
   * @param clientId its client id there
   * @param elsewhere which clients of other issuers it is
   */
  public void application(
      long revision,
      String issuer,
      String clientId,
      Set<Snapshot.Client> elsewhere,
      Snapshot.Application application,
      List<Snapshot.Agreement> agreements) {
    apply(
        new EntitlementChange.OfApplication(
            revision, issuer, clientId, elsewhere, application, agreements));
  }

  /**
   * From now on these issuers are trusted besides our own, and no others.
   *
   * @param territories by the issuer, where its tokens open anything
   */
  public void issuers(long revision, Map<String, Set<TerritoryId>> territories) {
    apply(new EntitlementChange.OfIssuers(revision, territories));
  }

  /** The application is no more. */
  public void withoutApplication(long revision, ApplicationId application) {
    apply(new EntitlementChange.WithoutApplication(revision, application));
  }

  /**
   * From now on these tokens too are refused.
   *
   * @param tokens by the id that each carries, when it would have ended
   * @param ended those that ended before need no mention any more
   */
  public void revokedTokens(long revision, Map<String, Instant> tokens, Instant ended) {
    change(TOKENS, now -> now.withRevokedTokens(revision, tokens, ended));
  }

  /** Puts a change in force. */
  public void apply(EntitlementChange change) {
    change(
        switch (change) {
          case EntitlementChange.OfTerritory of -> of.territory();
          case EntitlementChange.OfApplication of -> of.application().id();
          case EntitlementChange.WithoutApplication of -> of.application();
          case EntitlementChange.OfRevokedTokens of -> TOKENS;
          case EntitlementChange.OfIssuers of -> ISSUERS;
        },
        now -> now.with(change));
  }

  private void change(Object subject, UnaryOperator<PersistentSnapshot> to) {
    lock.lock();
    try {
      current = to.apply(current);
      count++;
      changes.remove(subject);
      changes.put(subject, count);
      if (changes.size() > REMEMBERED) {
        Map.Entry<Object, Long> oldest = changes.pollFirstEntry();
        forgotten = oldest.getValue();
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** From now on there is this and nothing else; a passage sees all of it or nothing. */
  public void replace(List<EntitlementChange> all) {
    PersistentSnapshot next = PersistentSnapshot.EMPTY;
    for (EntitlementChange change : all) {
      next = next.with(change);
    }
    lock.lock();
    try {
      current = next;
      count++;
      changes.clear();
      forgotten = count;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * What has changed.
   *
   * @param count up to which count of changes
   * @param whole whether this is all that there is, and not only what changed
   * @param changes each thing that changed, as it is now
   */
  public record News(long count, boolean whole, List<EntitlementChange> changes) {}

  /** How many changes there have been in this process. */
  public long count() {
    lock.lock();
    try {
      return count;
    } finally {
      lock.unlock();
    }
  }

  /** What has changed since so many changes; a negative number asks for all. */
  public News newsSince(long since) {
    PersistentSnapshot now;
    long upTo;
    boolean whole;
    List<Object> subjects = new ArrayList<>();
    lock.lock();
    try {
      now = current;
      upTo = count;
      whole = since < forgotten || since > count;
      if (!whole) {
        for (Map.Entry<Object, Long> one : changes.reversed().entrySet()) {
          if (one.getValue() <= since) {
            break;
          }
          subjects.add(one.getKey());
        }
      }
    } finally {
      lock.unlock();
    }
    return new News(
        upTo,
        whole,
        whole
            ? now.changes()
            : subjects.reversed().stream().map(subject -> changeOf(subject, now)).toList());
  }

  private static EntitlementChange changeOf(Object subject, PersistentSnapshot now) {
    if (subject instanceof Id thing) {
      return now.changeOf(thing);
    }
    return subject.equals(ISSUERS) ? now.changeOfIssuers() : now.changeOfTokens();
  }

  /** Waits until there have been more than so many changes, or the time is over. */
  public void awaitMoreThan(long known, Duration patience) throws InterruptedException {
    long left = patience.toNanos();
    lock.lockInterruptibly();
    try {
      while (count <= known && left > 0) {
        left = changed.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }
}
