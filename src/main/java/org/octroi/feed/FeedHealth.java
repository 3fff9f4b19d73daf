package org.octroi.feed;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/**
 * Down while changes at the desk don't reach the gate, or something is closed as it can't be read.
 */
@Component("feedHealthIndicator")
class FeedHealth implements HealthIndicator {

  private final EntitlementFeed feed;

  FeedHealth(EntitlementFeed feed) {
    this.feed = feed;
  }

  @Override
  public Health health() {
    EntitlementFeed.Lag lag = feed.lag();
    boolean well = lag.closed().isEmpty() && lag.behindSince().isEmpty();
    Health.Builder health =
        (well ? Health.up() : Health.down()).withDetail("revision", lag.applied());
    if (!lag.closed().isEmpty()) {
      health.withDetail("closed", lag.closed());
    }
    lag.behindSince().ifPresent(since -> health.withDetail("behindSince", since.toString()));
    return health.build();
  }
}
