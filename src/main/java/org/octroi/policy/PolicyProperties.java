package org.octroi.policy;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How the policy is asked.
 *
 * @param rememberedDecisions how many decisions are remembered at most, 1 to 10000000; each takes
 *     about 2 KB, and one that is forgotten is only asked again
 * @param instances how many instances of the compiled policy there may be at most, 1 to 1024; 0
 *     means four a core; each takes about 1 MB, and one a core is made at the start
 */
@Validated
@ConfigurationProperties("octroi.policy")
record PolicyProperties(
    @DefaultValue("100000") @Min(1) @Max(10_000_000) int rememberedDecisions,
    @DefaultValue("0") @Min(0) @Max(1024) int instances) {}
