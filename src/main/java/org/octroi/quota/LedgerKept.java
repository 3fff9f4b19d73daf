package org.octroi.quota;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.octroi.vocabulary.AtTheDesk;
import org.octroi.vocabulary.KeptRecords;
import org.springframework.stereotype.Component;

/** The ledger's periods, which nobody asks for any more some time after they have ended. */
@Component
@AtTheDesk
final class LedgerKept implements KeptRecords {

  private final DatabaseLedger ledger;
  private final QuotaProperties properties;

  LedgerKept(DatabaseLedger ledger, QuotaProperties properties) {
    this.ledger = ledger;
    this.properties = properties;
  }

  @Override
  public String kind() {
    return "quota-ledger";
  }

  @Override
  public Optional<Duration> keptFor() {
    return Optional.of(Duration.ofDays(properties.keepDays()));
  }

  @Override
  public Holdings holdings() {
    return ledger.holdings();
  }

  @Override
  public Gone letGoBefore(Instant before) {
    return new Gone(ledger.forgetBefore(before), 0);
  }
}
