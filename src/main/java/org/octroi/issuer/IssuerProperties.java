package org.octroi.issuer;

import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How the keys of issuers besides our own are kept up to date.
 *
 * @param refreshInterval how often the keys of each are read again, a second to a day; a key that
 *     an issuer takes back is good here for so long at most, unless somebody asks sooner
 * @param unknownKeyPause how long after one reading tokens that name a key unknown here may lead to
 *     the next, at a gate in the desk's process
 * @param timeout the most that one call of an issuer may take
 */
@Validated
@ConfigurationProperties("octroi.issuer")
record IssuerProperties(
    @DefaultValue("PT5M") @DurationMin(seconds = 1) @DurationMax(days = 1) Duration refreshInterval,
    @DefaultValue("PT10S") @DurationMin(seconds = 1) @DurationMax(hours = 1)
        Duration unknownKeyPause,
    @DefaultValue("PT5S") @DurationMin(millis = 100) @DurationMax(minutes = 1) Duration timeout) {}
