package org.octroi.authority;

import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How tokens are issued.
 *
 * @param tokenLifetime how long an access token lives, one minute to a day; what it opens is looked
 *     up at every request, so a revocation does not wait for its end
 * @param refreshLifetime how long a refresh token waits to be used; each use gives a new one
 * @param signingAlgorithm what the next signing key signs by: RS256, which everybody verifies, or
 *     ES256, which is smaller; a change takes effect with the next rotation
 * @param keyRotation how long a key signs before the next takes its turn; zero for never
 * @param keyLead how long a key is shown at {@code /oauth2/jwks} before it signs: longer than
 *     anybody keeps that list without asking again
 */
@Validated
@ConfigurationProperties("octroi.authority")
record AuthorityProperties(
    @DefaultValue("PT10M") @NotNull @DurationMin(minutes = 1) @DurationMax(days = 1)
        Duration tokenLifetime,
    @DefaultValue("P30D") @NotNull @DurationMin(minutes = 1) @DurationMax(days = 400)
        Duration refreshLifetime,
    @DefaultValue("RS256") @NotNull SigningAlgorithm signingAlgorithm,
    @DefaultValue("P90D") @NotNull @DurationMin @DurationMax(days = 1000) Duration keyRotation,
    @DefaultValue("PT1H") @NotNull @DurationMin(seconds = 10) @DurationMax(days = 30)
        Duration keyLead) {

  /** What signatures are made by. */
  enum SigningAlgorithm {
    RS256,
    ES256
  }
}
