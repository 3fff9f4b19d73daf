package org.octroi.gate;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/** Ready only while the gate listens; part of the readiness probe. */
final class GateHealth implements HealthIndicator {

  private final Gate gate;

  GateHealth(Gate gate) {
    this.gate = gate;
  }

  @Override
  public Health health() {
    return (gate.isRunning() ? Health.up() : Health.outOfService())
        .withDetail("port", gate.port())
        .build();
  }
}
