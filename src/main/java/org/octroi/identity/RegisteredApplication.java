package org.octroi.identity;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.octroi.vocabulary.ApplicationId;
import org.octroi.vocabulary.ReuserKind;

/**
 * A reuser's software.
 *
 * @param id its id
 * @param name what its owner calls it
 * @param contact where to write about it
 * @param clientId its name as an OAuth2 client of our own issuer
 * @param owner the reuser
 * @param ownerName the reuser's name: personal data where it is a person's
 * @param reuserKind the reuser's kind
 * @param active whether it may act
 * @param suspendedByOperator whether an operator suspended it, so that its owner can't resume it
 * @param origins the web origins whose pages may read with its tokens
 * @param createdAt when it was registered
 * @param version grows with every change
 */
public record RegisteredApplication(
    ApplicationId id,
    String name,
    Optional<String> contact,
    String clientId,
    Owner owner,
    String ownerName,
    ReuserKind reuserKind,
    boolean active,
    boolean suspendedByOperator,
    List<WebOrigin> origins,
    Instant createdAt,
    long version) {

  public RegisteredApplication {
    origins = List.copyOf(origins);
  }
}
