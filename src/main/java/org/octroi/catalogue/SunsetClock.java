package org.octroi.catalogue;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Reminds of the sunsets that come near, 14 and 2 days before. Each is done once, whichever of
 * several desks looks first, in a transaction of its own. Nothing is retired here: that is the
 * holder's to do, when they see who still reads.
 */
@Component
class SunsetClock {

  /** How many days before, the nearest first. */
  static final List<Integer> NOTICES = List.of(2, 14);

  private static final int AT_ONCE = 200;

  private final Datasets datasets;
  private final ApplicationEventPublisher events;
  private final TransactionTemplate transaction;
  private final Clock clock;

  SunsetClock(
      Datasets datasets,
      ApplicationEventPublisher events,
      TransactionTemplate transaction,
      Clock clock) {
    this.datasets = datasets;
    this.events = events;
    this.transaction = transaction;
    this.clock = clock;
  }

  /** Does all that is due now. */
  @Scheduled(initialDelayString = "PT3M", fixedDelayString = "PT30M")
  void tick() {
    Instant now = clock.instant();
    for (int days : NOTICES) {
      for (Dataset dataset :
          datasets.sunsetBefore(now.plus(Duration.ofDays(days)), days, AT_ONCE)) {
        transaction.executeWithoutResult(status -> tell(dataset, days, now));
      }
    }
  }

  /** The nearest reminder stands for the earlier one. */
  private void tell(Dataset dataset, int days, Instant now) {
    if (!datasets.noticed(dataset, days, now)) {
      return;
    }
    NOTICES.stream()
        .filter(earlier -> earlier > days)
        .forEach(earlier -> datasets.noticed(dataset, earlier, now));
    events.publishEvent(
        new DatasetSunsetNear(
            dataset.territory(),
            dataset.id(),
            dataset.deprecation().flatMap(Deprecation::sunset).orElseThrow(),
            days));
  }
}
