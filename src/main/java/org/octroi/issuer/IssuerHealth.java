package org.octroi.issuer;

import java.util.Map;
import java.util.TreeMap;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/** Down while the keys of an issuer can't be read again: those known go on to serve. */
@Component("issuersHealthIndicator")
class IssuerHealth implements HealthIndicator {

  private final TrustedIssuers trusted;

  IssuerHealth(TrustedIssuers trusted) {
    this.trusted = trusted;
  }

  @Override
  public Health health() {
    Map<String, String> failing = new TreeMap<>();
    for (TrustedIssuer issuer : trusted.all()) {
      issuer
          .failingSince()
          .ifPresent(
              since ->
                  failing.put(
                      issuer.url(), "since " + since + ": " + issuer.lastError().orElse("")));
    }
    return failing.isEmpty()
        ? Health.up().build()
        : Health.down().withDetail("failing", failing).build();
  }
}
