package org.octroi.quota;

import java.time.Clock;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/** Deletes the ledger's periods that nobody asks for any more. */
@Component
final class LedgerSweep {

  private static final Logger LOG = LoggerFactory.getLogger(LedgerSweep.class);

  private final DatabaseLedger ledger;
  private final QuotaProperties properties;
  private final Clock clock;

  LedgerSweep(DatabaseLedger ledger, QuotaProperties properties, ObjectProvider<Clock> clock) {
    this.ledger = ledger;
    this.properties = properties;
    this.clock = clock.getIfAvailable(Clock::systemUTC);
  }

  @Scheduled(initialDelayString = "PT5M", fixedDelayString = "PT12H")
  void sweep() {
    int gone = ledger.forgetBefore(clock.instant().minus(Duration.ofDays(properties.keepDays())));
    if (gone > 0) {
      LOG.info("{} old rows of the quota ledger were deleted", gone);
    }
  }
}
