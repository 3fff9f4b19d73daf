package org.octroi.quota;

import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where Redis is, the ledger of several gates; without it gates lease from the database.
 *
 * @param url as {@code redis://[user:password@]host:port[/number]}, {@code rediss} for TLS; empty
 *     for none
 * @param timeout how long a command may take before the database is asked instead
 */
@ConfigurationProperties("octroi.redis")
record RedisProperties(
    @DefaultValue("") @NotNull String url, @DefaultValue("PT0.25S") @NotNull Duration timeout) {}
