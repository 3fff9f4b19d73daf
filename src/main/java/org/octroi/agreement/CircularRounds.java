package org.octroi.agreement;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.octroi.identity.Notices;
import org.octroi.identity.Owner;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Carries circulars round: some reusers at a time, in one transaction with how far it has gone, so
 * that a crash tells nobody twice and leaves nobody out. Several desks take turns.
 */
@Component
class CircularRounds {

  private static final Logger LOG = LoggerFactory.getLogger(CircularRounds.class);
  private static final int CIRCULARS = 50;
  private static final int REUSERS = 100;

  private final Circulars circulars;
  private final Notices notices;
  private final TransactionTemplate transaction;
  private final ReentrantLock going = new ReentrantLock();

  /** Those whose failure is in the log already. */
  private final Set<String> failing = ConcurrentHashMap.newKeySet();

  CircularRounds(Circulars circulars, Notices notices, TransactionTemplate transaction) {
    this.circulars = circulars;
    this.notices = notices;
    this.transaction = transaction;
  }

  /**
   * At a fixed rate, since tasks with a fixed delay wait for each other, and a round may be long.
   */
  @Scheduled(initialDelay = 2_000, fixedRate = 1_000)
  void tick() {
    if (going.tryLock()) {
      try {
        goRound();
      } finally {
        going.unlock();
      }
    }
  }

  @Scheduled(initialDelayString = "PT15M", fixedDelayString = "PT12H")
  void sweep() {
    circulars.forgetAnnouncements();
  }

  /** Carries all that is under way to its end. One that fails holds up no other. */
  void goRound() {
    for (String id : circulars.underWay(CIRCULARS)) {
      try {
        while (step(id)) {
          // Each step is a transaction of its own.
        }
        failing.remove(id);
      } catch (RuntimeException e) {
        if (failing.add(id)) {
          LOG.error("Circular {} does not get on; trying again", id, e);
        }
      }
    }
  }

  /** Tells the next reusers; false where there are none left. */
  private boolean step(String id) {
    return Boolean.TRUE.equals(
        transaction.execute(
            status ->
                circulars
                    .hold(id)
                    .map(
                        circular -> {
                          List<Owner> next = circulars.next(circular, REUSERS);
                          next.forEach(owner -> notices.tellOwner(owner, circular.notice()));
                          if (next.size() < REUSERS) {
                            circulars.done(circular);
                            return false;
                          }
                          circulars.reached(circular, next.getLast());
                          return true;
                        })
                    .orElse(false)));
  }
}
