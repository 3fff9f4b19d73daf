package org.octroi.quota;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.UUID;
import org.octroi.vocabulary.AtTheDesk;
import org.springframework.stereotype.Component;

/**
 * The desk's ledger for gates elsewhere. A call is done once, however often it is made within ten
 * minutes: what came of it is remembered. Safe for use by many threads.
 */
@Component
@AtTheDesk
public final class Leases {

  private final Ledger ledger;

  /** This process: what it has done is known to it alone. */
  private final UUID desk = UUID.randomUUID();

  private final Cache<UUID, LeaseCall.Answer> done =
      Caffeine.newBuilder()
          .maximumSize(200_000)
          .expireAfterWrite(Duration.ofMinutes(10))
          .executor(Runnable::run)
          .build();

  Leases(Ledger ledger) {
    this.ledger = ledger;
  }

  /**
   * Does it, or answers again what came of it.
   *
   * @throws org.springframework.dao.DataAccessException when the ledger can't be reached
   */
  public LeaseCall.Answer answer(LeaseCall call) {
    return done.get(call.id(), id -> first(call));
  }

  private LeaseCall.Answer first(LeaseCall call) {
    return switch (call.deed()) {
      case LeaseCall.Deed.Lease(long quota, long held, long need, long most) -> {
        Ledger.Line line = call.line();
        Ledger.Leased leased =
            ledger.lease(line, quota, new Allowance.Wanted(line, quota, 0, held, need, most));
        yield new LeaseCall.Answer(desk, true, leased.granted(), leased.remaining());
      }
      case LeaseCall.Deed.GiveBack(long units) -> {
        boolean unsure = call.again() && !call.desk().equals(desk);
        if (!unsure || units < 0) {
          ledger.giveBack(call.line(), units);
        }
        yield new LeaseCall.Answer(desk, !unsure || units < 0, 0, 0);
      }
    };
  }
}
