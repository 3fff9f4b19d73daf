package org.octroi.relay;

import org.octroi.vocabulary.AtAGateByItself;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/** Down while the desk can't be asked, or usage does not reach it; the gate goes on serving. */
@Component("deskHealthIndicator")
@AtAGateByItself
final class DeskHealth implements HealthIndicator {

  private final Briefing briefing;
  private final JournalShipping shipping;

  DeskHealth(Briefing briefing, JournalShipping shipping) {
    this.briefing = briefing;
    this.shipping = shipping;
  }

  @Override
  public Health health() {
    boolean well = briefing.behindSince().isEmpty() && !shipping.isFailing();
    Health.Builder health =
        (well ? Health.up() : Health.down()).withDetail("ships", !shipping.isFailing());
    briefing.behindSince().ifPresent(since -> health.withDetail("awaySince", since.toString()));
    return health.build();
  }
}
