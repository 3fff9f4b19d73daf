package org.octroi.quota;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How rates and quotas are kept.
 *
 * @param accounts how many agreements, applications and datasets are held open at once; the least
 *     used give their lease back
 * @param callers how many anonymous callers are counted apart; all others share one allowance per
 *     dataset
 * @param maxLease the most requests that a gate leases of one account at a time, and for how many
 *     answers it leases rows and bytes at most: the most that a crash can cost
 * @param leaseIdle after how long without a request an account's lease is given back
 * @param ledgerTimeout how long a request waits for the ledger before it is refused
 * @param keepDays for how many days after their end the ledger remembers periods
 */
@Validated
@ConfigurationProperties("octroi.quota")
record QuotaProperties(
    @DefaultValue("100000") @Min(1) @Max(10_000_000) int accounts,
    @DefaultValue("100000") @Min(1) @Max(10_000_000) int callers,
    @DefaultValue("500") @Min(1) @Max(1_000_000) int maxLease,
    @DefaultValue("PT10M") @NotNull Duration leaseIdle,
    @DefaultValue("PT2S") @NotNull Duration ledgerTimeout,
    @DefaultValue("40") @Min(2) @Max(4000) int keepDays) {}
