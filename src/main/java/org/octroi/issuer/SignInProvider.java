package org.octroi.issuer;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.octroi.vocabulary.Caller;
import org.octroi.vocabulary.TerritoryId;

/**
 * An issuer that people sign in at the desk with.
 *
 * @param id its id
 * @param slug its name in addresses
 * @param name what people call it
 * @param issuer what its tokens say issued them
 * @param clientId the desk's id there
 * @param sealedSecret the desk's secret there, sealed
 * @param scopes what the desk asks for, besides {@code openid}
 * @param roleClaim the claim that roles are read from, its parts joined by dots; empty for none
 * @param addressesConfirmed whether every address that it names is taken for confirmed, whatever it
 *     says of that
 * @param endpoints where to send people, and to ask
 * @param territory the one territory that it may give roles in; empty for any
 * @param roles which roles its claims give
 * @param createdAt when it was registered
 * @param version grows with every change
 */
public record SignInProvider(
    ProviderId id,
    String slug,
    String name,
    String issuer,
    String clientId,
    String sealedSecret,
    List<String> scopes,
    String roleClaim,
    boolean addressesConfirmed,
    Endpoints endpoints,
    Optional<TerritoryId> territory,
    List<MappedRole> roles,
    Instant createdAt,
    long version) {

  public SignInProvider {
    scopes = List.copyOf(scopes);
    roles = List.copyOf(roles);
  }

  /** Where to send people, and to ask. */
  public record Endpoints(String authorization, String token, Optional<String> userInfo) {}

  /**
   * That a value of the claim gives a role.
   *
   * @param value the value, as it stands in the claim
   * @param grant the role and its reach
   */
  public record MappedRole(String value, Caller.Grant grant) {}

  /** Says nothing of the secret. */
  @Override
  public String toString() {
    return "SignInProvider[" + slug + "]";
  }
}
