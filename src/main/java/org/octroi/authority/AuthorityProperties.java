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
 */
@Validated
@ConfigurationProperties("octroi.authority")
record AuthorityProperties(
    @DefaultValue("PT10M") @NotNull @DurationMin(minutes = 1) @DurationMax(days = 1)
        Duration tokenLifetime) {}
