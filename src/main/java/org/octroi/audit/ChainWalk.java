package org.octroi.audit;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import org.octroi.audit.AuditTrail.Head;
import org.octroi.audit.AuditTrail.Link;
import org.octroi.audit.Verification.Fault;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Walks along the chain: to verify it, and to sign it once a thousand entries, or the oldest for a
 * day, are unsigned. Only what was verified is signed.
 *
 * <p>Hashes find whoever changes entries without mending all that follow; the signed heads find
 * whoever mends them. What can't be found is a change, mended to the end, of entries that are not
 * signed yet: a day's, or a thousand, at most.
 */
@Component
class ChainWalk {

  private static final Logger LOG = LoggerFactory.getLogger(ChainWalk.class);

  private static final int SIGNED_EACH = 1_000;
  private static final Duration UNSIGNED_FOR = Duration.ofDays(1);

  /** How many entries may be missing for one that moved up to be known again. */
  private static final int FAR = 250;

  private final AuditTrail trail;
  private final SignedHeads heads;
  private final Clock clock;

  ChainWalk(AuditTrail trail, SignedHeads heads, Clock clock) {
    this.trail = trail;
    this.heads = heads;
    this.clock = clock;
  }

  private record Found(long place, Fault fault) {}

  /** Recomputes the whole chain, and holds it against the heads that were signed. */
  Verification verify() {
    Optional<Map<Long, String>> signed = heads.signedHashes();
    // Before the head: entries appended meanwhile move the head as well.
    long greatest = trail.greatestPlace();
    // The head before the walk: what is appended meanwhile lies after it and is not asked of.
    Head head = trail.head();
    Map<Long, String> hashes = signed.orElse(Map.of());
    long signedEntries = hashes.keySet().stream().mapToLong(Long::longValue).max().orElse(0);
    Optional<Found> found =
        walk(0, AuditEntry.GENESIS, head, hashes)
            .or(() -> beyond(head, greatest, signedEntries))
            .or(
                () ->
                    signed.isEmpty()
                        ? Optional.of(new Found(head.place(), Fault.HEAD_MISMATCH))
                        : Optional.empty());
    return found
        .map(wrong -> Verification.broken(wrong.place(), wrong.fault(), head, signedEntries))
        .orElseGet(() -> Verification.intact(head, signedEntries));
  }

  /** What lies after the end that the head names. */
  private static Optional<Found> beyond(Head head, long greatest, long signedEntries) {
    if (signedEntries > head.place()) {
      return Optional.of(new Found(head.place() + 1, Fault.REMOVED));
    }
    return greatest > head.place()
        ? Optional.of(new Found(head.place() + 1, Fault.INSERTED))
        : Optional.empty();
  }

  private Optional<Found> walk(long from, String fromHash, Head head, Map<Long, String> signed) {
    long place = from;
    String hash = fromHash;
    while (place < head.place()) {
      List<Link> links = trail.linksAfter(place, head.place());
      if (links.isEmpty()) {
        return Optional.of(new Found(place + 1, Fault.REMOVED));
      }
      for (Link link : links) {
        place++;
        if (link.entry().place() != place) {
          return Optional.of(new Found(place, Fault.REMOVED));
        }
        String expected = link.entry().hashAfter(hash);
        if (!link.previous().equals(hash) || !link.hash().equals(expected)) {
          return Optional.of(wrongAt(place, link, head));
        }
        hash = expected;
        String asSigned = signed.get(place);
        if (asSigned != null && !asSigned.equals(hash)) {
          return Optional.of(new Found(place, Fault.HEAD_MISMATCH));
        }
      }
    }
    return hash.equals(head.hash())
        ? Optional.empty()
        : Optional.of(new Found(head.place(), Fault.HEAD_MISMATCH));
  }

  /** What became of an entry that does not go on from the one before it. */
  private Found wrongAt(long place, Link link, Head head) {
    OptionalLong own = placeOf(link, head);
    if (own.isEmpty()) {
      boolean pushed = at(place + 1).filter(next -> fits(next, place)).isPresent();
      return new Found(place, pushed ? Fault.INSERTED : Fault.ALTERED);
    }
    long from = own.getAsLong();
    if (from == place) {
      // It is as it was written, after another entry than the one that is before it now.
      return new Found(Math.max(1, place - 1), Fault.ALTERED);
    }
    if (from < place) {
      return new Found(from == place - 1 ? from : place, Fault.INSERTED);
    }
    boolean exchanged = at(from).filter(other -> fits(other, place)).isPresent();
    return new Found(place, exchanged ? Fault.REORDERED : Fault.REMOVED);
  }

  /** The place for which this entry was written; empty where its hash fits none. */
  private static OptionalLong placeOf(Link link, Head head) {
    return LongStream.rangeClosed(1, head.place() + FAR).filter(p -> fits(link, p)).findFirst();
  }

  private static boolean fits(Link link, long place) {
    return link.entry().movedTo(place).hashAfter(link.previous()).equals(link.hash());
  }

  private Optional<Link> at(long place) {
    return trail.linksAfter(place - 1, place).stream().findFirst();
  }

  /** Signs the head when it is time. */
  @Scheduled(initialDelayString = "PT1M", fixedDelayString = "PT1M")
  @Transactional
  void signWhenDue() {
    Head head = trail.head();
    long signed = heads.lastPlace();
    if (head.place() - signed >= SIGNED_EACH || isOverdue(signed, head)) {
      sign();
    }
  }

  private boolean isOverdue(long signed, Head head) {
    Instant limit = clock.instant().minus(UNSIGNED_FOR);
    return head.place() > signed
        && at(signed + 1).filter(oldest -> !oldest.entry().at().isAfter(limit)).isPresent();
  }

  /** Signs the head, if all since the last signed one is as it was written. */
  void sign() {
    Optional<Map<Long, String>> signed = heads.signedHashes();
    Head head = trail.head();
    long from = heads.lastPlace();
    String fromHash = from == 0 ? AuditEntry.GENESIS : signed.map(h -> h.get(from)).orElse("");
    Optional<Found> found = walk(from, fromHash, head, Map.of());
    if (signed.isEmpty() || found.isPresent()) {
      LOG.error(
          "The audit trail is not as it was written (place {}): it is not signed. Ask"
              + " /api/v1/audit/verify what is wrong",
          found.map(Found::place).orElse(from));
      return;
    }
    heads.sign(head);
  }
}
