package org.octroi.issuer;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.octroi.vocabulary.TerritoryId;

/**
 * An issuer that is trusted besides our own.
 *
 * @param id its id
 * @param url what its tokens say issued them
 * @param name what people call it
 * @param territories where its tokens open anything; may be none
 * @param keys its public keys, each as the JSON of a JWK
 * @param passedOver why others that it publishes are not used
 * @param keysReadAt when its keys were read last
 * @param failingSince since when they can't be read again; the last ones stay in force
 * @param lastError why not
 * @param createdAt when it was registered
 * @param version grows with every change that somebody makes
 */
public record TrustedIssuer(
    IssuerId id,
    String url,
    String name,
    Set<TerritoryId> territories,
    List<String> keys,
    List<String> passedOver,
    Instant keysReadAt,
    Optional<Instant> failingSince,
    Optional<String> lastError,
    Instant createdAt,
    long version) {

  public TrustedIssuer {
    territories = Set.copyOf(territories);
    keys = List.copyOf(keys);
    passedOver = List.copyOf(passedOver);
  }
}
