package org.octroi.demo;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Whether the demo is loaded, and where its servers listen.
 *
 * @param load {@code auto} loads it where the database is H2 and both doors are bound to loopback;
 *     {@code on} and {@code off} decide outright, as do {@code octroi.demo=true} and {@code false}
 * @param upstreamPort the port of the demo's HTTP API on 127.0.0.1; 0 takes any free one
 * @param sqlPort the port of the demo's SQL server on 127.0.0.1; 0 takes any free one
 */
@Validated
@ConfigurationProperties("octroi.demo")
record DemoProperties(
    @DefaultValue("auto") @NotNull Load load,
    @DefaultValue("8090") @Min(0) @Max(65535) int upstreamPort,
    @DefaultValue("8091") @Min(0) @Max(65535) int sqlPort) {

  /** When the demo is loaded. A plain boolean can't say "where it does no harm". */
  enum Load {
    /** Where the database is H2 and both doors are bound to loopback. */
    AUTO,
    /** Always. */
    ON,
    /** Never. */
    OFF
  }
}
