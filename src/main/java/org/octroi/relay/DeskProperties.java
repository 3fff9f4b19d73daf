package org.octroi.relay;

import jakarta.validation.constraints.NotNull;
import java.nio.file.Path;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How a gate by itself ({@code octroi.roles=gate}) reaches its desk; of no use elsewhere.
 *
 * @param url the desk's address, {@code https://…}; plain http only to this machine itself
 * @param credential the gate's credential itself, from the environment ({@code
 *     OCTROI_GATE_DESK_CREDENTIAL}); a file comes first
 * @param credentialFile the file that holds the gate's credential, as the desk showed it when the
 *     gate was enrolled
 * @param sslBundle the SSL bundle that says which certificates the desk's may be signed by; empty
 *     for those that Java trusts
 * @param timeout how long an answer of the desk's may take, 100 ms to a minute; a call for a lease
 *     is made twice
 * @param snapshotFile where the entitlements are kept for a start while the desk is away
 * @param shipInterval how often what was appended to the journal is sent to the desk
 */
@Validated
@ConfigurationProperties("octroi.gate.desk")
record DeskProperties(
    @DefaultValue("") @NotNull String url,
    @DefaultValue("") @NotNull String credentialFile,
    @DefaultValue("") @NotNull String credential,
    @DefaultValue("") @NotNull String sslBundle,
    @DefaultValue("PT0.9S") @NotNull Duration timeout,
    @DefaultValue("data/entitlements") @NotNull Path snapshotFile,
    @DefaultValue("1s") @NotNull Duration shipInterval) {

  DeskProperties {
    if (timeout.toMillis() < 100 || timeout.toMillis() > 60_000) {
      throw new IllegalArgumentException("octroi.gate.desk.timeout must be 100ms to 1m");
    }
    if (!shipInterval.isPositive()) {
      throw new IllegalArgumentException("octroi.gate.desk.ship-interval must be positive");
    }
  }

  /** Without the credential. */
  @Override
  public String toString() {
    return "DeskProperties[url=" + url + "]";
  }
}
