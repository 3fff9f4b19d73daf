package org.octroi.store;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * How stores are reached.
 *
 * @param maxConcurrent the most fetches of one store under way at once, 1 to 10000; more wait for
 *     their turn
 * @param maxWaiting the most fetches that wait for one store, 0 to 100000; more are answered {@code
 *     store-busy}
 * @param waitTimeout the most that a fetch waits for its turn before it is answered {@code
 *     store-busy}, up to 1 min
 * @param circuitFailures by how many a store's failures must outnumber its successes for it to be
 *     left in peace, 1 to 1000
 * @param circuitOpen how long a store that failed repeatedly is left in peace before one call tries
 *     it again; twice as long after each trial that fails
 * @param circuitLongest how long it is left in peace at the most
 * @param probeInterval how often the gate itself tries to connect to a store that is left in peace,
 *     so that no call is let through before it can be reached; 0 for never
 * @param cacheSize the memory that answers of HTTP stores may be kept in, up to 64GB; 0 to keep
 *     none. Kept is only what the store itself lets be kept, of datasets that anybody may have
 * @param cacheEntry the longest answer that is kept, 1KB to 64MB
 * @param allowedAddresses inside addresses that stores may have all the same: {@code host:port},
 *     {@code address:port} or {@code range:port}, such as {@code 10.1.0.0/16:5432} or {@code
 *     [fd00::/8]:443}
 * @param roots the folders that folder stores may lie in, by name
 * @param connectTimeout the most that opening a connection to a store may take
 * @param idleTimeout how long an unused connection to a store is kept
 * @param connectionLife how long a connection to an HTTP store is used before its host is looked up
 *     anew
 * @param stallTimeout how long a reader may stand still in the middle of an answer before the
 *     store's connection is taken back
 * @param sqlConnections the most connections to one SQL store, 1 to 100
 * @param trustedCertificates a PEM file with the certificate authorities that HTTPS stores are
 *     trusted by; the JDK's own where absent
 */
@Validated
@ConfigurationProperties("octroi.store")
record StoreProperties(
    @DefaultValue("32") @Min(1) @Max(10_000) int maxConcurrent,
    @DefaultValue("256") @Min(0) @Max(100_000) int maxWaiting,
    @DefaultValue("2s") @DurationMin(millis = 1) @DurationMax(minutes = 1) Duration waitTimeout,
    @DefaultValue("5") @Min(1) @Max(1000) int circuitFailures,
    @DefaultValue("5s") @DurationMin(millis = 1) @DurationMax(hours = 1) Duration circuitOpen,
    @DefaultValue("60s") @DurationMin(millis = 1) @DurationMax(hours = 1) Duration circuitLongest,
    @DefaultValue("0s") @DurationMin(seconds = 0) @DurationMax(hours = 1) Duration probeInterval,
    @DefaultValue("32MB") @NotNull DataSize cacheSize,
    @DefaultValue("256KB") @NotNull DataSize cacheEntry,
    @DefaultValue @NotNull List<String> allowedAddresses,
    @DefaultValue @NotNull Map<String, Path> roots,
    @DefaultValue("2s") @DurationMin(millis = 10) Duration connectTimeout,
    @DefaultValue("30s") @DurationMin(seconds = 1) Duration idleTimeout,
    @DefaultValue("5m") @DurationMin(seconds = 1) Duration connectionLife,
    @DefaultValue("60s") @DurationMin(seconds = 1) Duration stallTimeout,
    @DefaultValue("4") @Min(1) @Max(100) int sqlConnections,
    @Nullable Path trustedCertificates) {

  StoreProperties {
    allowedAddresses = List.copyOf(allowedAddresses);
    roots = Map.copyOf(roots);
    if (cacheSize.isNegative() || cacheSize.toGigabytes() > 64) {
      throw new IllegalArgumentException("octroi.store.cache-size is 0 to 64GB");
    }
    if (cacheEntry.toBytes() < 1024 || cacheEntry.toMegabytes() > 64) {
      throw new IllegalArgumentException("octroi.store.cache-entry is 1KB to 64MB");
    }
  }
}
