package org.octroi.realm;

import java.time.Instant;
import java.util.Optional;
import org.octroi.outbox.Outbox;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/** Down while the realm that is set does not answer; what is to be done there waits. */
@Component("realmHealthIndicator")
class RealmHealth implements HealthIndicator {

  private final RealmProperties properties;
  private final RealmAdmin realm;
  private final Outbox outbox;

  RealmHealth(RealmProperties properties, RealmAdmin realm, Outbox outbox) {
    this.properties = properties;
    this.realm = realm;
    this.outbox = outbox;
  }

  @Override
  public Health health() {
    if (!properties.isSet()) {
      return Health.up().withDetail("realm", "none is set").build();
    }
    Optional<Instant> since = realm.downSince();
    Health.Builder health = since.isPresent() ? Health.down() : Health.up();
    since.ifPresent(moment -> health.withDetail("downSince", moment.toString()));
    return health
        .withDetail("issuer", properties.issuer())
        .withDetail("waiting", outbox.unfinishedErrands())
        .build();
  }
}
