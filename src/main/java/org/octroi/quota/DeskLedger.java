package org.octroi.quota;

import java.io.IOException;
import java.util.UUID;
import java.util.function.LongUnaryOperator;
import org.octroi.vocabulary.AtAGateByItself;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.stereotype.Component;

/**
 * The ledger as a gate by itself sees it: the desk leases for it, from its own.
 *
 * <p>A call whose answer was lost is made again under the same id, which the desk's process does
 * once. Where another process answers by then, nobody can tell whether it was done: a lease is
 * taken anew (at most the open lease more is counted as spent), and units to give back count as
 * spent. Neither lets more through than the quota. Safe for use by many threads.
 */
@Component
@AtAGateByItself
final class DeskLedger implements Ledger {

  private static final Logger LOG = LoggerFactory.getLogger(DeskLedger.class);
  private static final int TRIES = 2;

  private final LeaseLine line;

  /** The desk's process that answered last; any before the first. */
  private volatile UUID desk = new UUID(0, 0);

  DeskLedger(LeaseLine line) {
    this.line = line;
  }

  @Override
  public Leased lease(Line of, long quota, LongUnaryOperator amount) {
    if (!(amount instanceof Allowance.Wanted wanted)) {
      throw new IllegalArgumentException("the desk must be told what is wanted, not how to tell");
    }
    LeaseCall.Answer answer =
        ask(of, new LeaseCall.Deed.Lease(quota, wanted.held(), wanted.need(), wanted.most()));
    return new Leased(answer.granted(), answer.remaining());
  }

  @Override
  public void giveBack(Line of, long units) {
    if (!ask(of, new LeaseCall.Deed.GiveBack(units)).done()) {
      LOG.warn(
          "{} {} of {} may have been given back or not, as the desk was started anew meanwhile:"
              + " they count as spent",
          units,
          of.unit().word(),
          of.account().key());
    }
  }

  private LeaseCall.Answer ask(Line of, LeaseCall.Deed deed) {
    UUID id = UUID.randomUUID();
    UUID first = desk;
    for (int tried = 0; ; tried++) {
      try {
        LeaseCall.Answer answer = line.ask(LeaseCall.of(of, id, first, tried > 0, deed));
        desk = answer.desk();
        return answer;
      } catch (IOException e) {
        if (tried + 1 == TRIES) {
          throw new DataAccessResourceFailureException("the desk does not answer: " + e, e);
        }
      }
    }
  }
}
