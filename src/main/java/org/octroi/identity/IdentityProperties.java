package org.octroi.identity;

import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How long what people hold is good for.
 *
 * @param tokenLifetime of a personal token for the desk's API
 * @param linkLifetime of the link that makes the first administrator
 * @param emailConfirmation whether an address has to be confirmed before its owner asks for access:
 *     {@code required}, by a link where a mail server is set and else by an operator, or {@code
 *     not-required}, which is what the demo is loaded with
 * @param confirmLinkLifetime of the link that confirms an address
 * @param resetLinkLifetime of the link by which somebody sets a new password
 * @param accountsPerAddress how many accounts may be opened from one address until it has to wait;
 *     a school or an office may share one
 * @param clientRegistration whether programs may register themselves (RFC 7591), with the personal
 *     token of somebody whose they are
 * @param sessionIdle after how long without a page somebody is signed out
 * @param sessionAtMost how long somebody is signed in at most, however busy they are
 * @param keepNotices how long what people were told is kept for them to read
 * @param keepEndedKeys how long API keys that have ended can still be looked up
 */
@Validated
@ConfigurationProperties("octroi.identity")
record IdentityProperties(
    @DefaultValue("P90D") @NotNull @DurationMin(nanos = 1) Duration tokenLifetime,
    @DefaultValue("P7D") @NotNull @DurationMin(nanos = 1) Duration linkLifetime,
    @DefaultValue("required") @NotNull Confirmation emailConfirmation,
    @DefaultValue("P3D") @NotNull @DurationMin(nanos = 1) Duration confirmLinkLifetime,
    @DefaultValue("PT2H") @NotNull @DurationMin(nanos = 1) Duration resetLinkLifetime,
    @DefaultValue("100") @Min(1) int accountsPerAddress,
    @DefaultValue("false") boolean clientRegistration,
    @DefaultValue("PT2H") @NotNull @DurationMin(seconds = 1) Duration sessionIdle,
    @DefaultValue("PT12H") @NotNull @DurationMin(seconds = 1) Duration sessionAtMost,
    @DefaultValue("P365D") @NotNull @DurationMin(days = 1) Duration keepNotices,
    @DefaultValue("P90D") @NotNull @DurationMin(days = 1) Duration keepEndedKeys) {

  /** Whether addresses have to be confirmed. */
  enum Confirmation {
    REQUIRED,
    NOT_REQUIRED
  }
}
