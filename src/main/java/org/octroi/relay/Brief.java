package org.octroi.relay;

import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.octroi.entitlement.EntitlementChange;
import org.octroi.secret.Seal;
import org.octroi.usage.Pseudonyms;
import org.octroi.vocabulary.Sha256;

/**
 * What the desk tells a gate: all that it must know at first, then what has changed.
 *
 * @param desk the desk's process: one that was started since knows nothing of what was told before
 * @param count up to which of that process's changes this tells
 * @param whole whether {@code changes} are all that there is, and not only what changed
 * @param changes each territory and application that changed, as it is now
 * @param standing what else a gate must know; always the whole of it
 */
public record Brief(
    UUID desk, long count, boolean whole, List<EntitlementChange> changes, Standing standing) {

  /**
   * What seldom changes.
   *
   * @param deskUrl the desk's address in answers
   * @param gateUrl the gate's address in answers, and the name that tokens are meant for
   * @param audience what tokens must be meant for
   * @param jwksByIssuer the trusted issuers and their public keys
   * @param pseudonymKeys the key of each day
   */
  public record Standing(
      String deskUrl,
      String gateUrl,
      String audience,
      Map<String, List<String>> jwksByIssuer,
      List<PseudonymKey> pseudonymKeys) {

    /** Tells two apart, whatever key their secrets are sealed under. */
    public String hash() {
      return Sha256.hex(
          String.join(
              "\n",
              deskUrl,
              gateUrl,
              audience,
              new TreeMap<>(jwksByIssuer).toString(),
              pseudonymKeys.stream().map(PseudonymKey::day).toList().toString()));
    }
  }

  /**
   * The key that callers' addresses are told apart by on a day.
   *
   * @param day the local day, as {@code 2026-11-27}
   * @param sealed the sealed key
   */
  public record PseudonymKey(String day, String sealed) {

    static final String USE = "pseudonym-key";

    /** The desk's own of a day. */
    public static PseudonymKey of(LocalDate day, Pseudonyms pseudonyms, Seal seal) {
      return new PseudonymKey(day.toString(), seal.seal(USE, pseudonyms.key(day)));
    }

    /** Says nothing of what is inside. */
    @Override
    public String toString() {
      return "PseudonymKey[" + day + "]";
    }
  }

  /**
   * What a gate asks.
   *
   * @param desk the process whose brief it had last; a random one before the first
   * @param count up to which change it has put everything in force
   * @param standing the hash of the standing part that it knows
   * @param waitMillis how long to wait for news at most
   */
  public record Ask(UUID desk, long count, String standing, int waitMillis) {}
}
