package org.octroi.issuer;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.octroi.audit.AuditTrail;
import org.octroi.problem.ProblemType;
import org.octroi.problem.Refusal;
import org.octroi.problem.RefusedException;
import org.octroi.secret.Seal;
import org.octroi.vocabulary.Caller;
import org.octroi.vocabulary.Role;
import org.octroi.vocabulary.TerritoryId;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Lets people sign in at the desk with an issuer, in which the desk is a client already.
 *
 * @refuses forbidden when the caller does not run the instance
 * @refuses invalid-field when the issuer's description can't be read, or a role is mapped that
 *     nobody outside gives, or in another territory than the provider's
 * @refuses conflict when another has this name in addresses
 */
@Component
public class RegisterProvider {

  static final String SEALED_FOR = "sign-in-provider";

  private final IssuerRead issuers;
  private final SignInProviders providers;
  private final Seal seal;
  private final AuditTrail trail;
  private final TransactionTemplate transaction;
  private final Clock clock;

  RegisterProvider(
      IssuerRead issuers,
      SignInProviders providers,
      Seal seal,
      AuditTrail trail,
      TransactionTemplate transaction,
      Clock clock) {
    this.issuers = issuers;
    this.providers = providers;
    this.seal = seal;
    this.trail = trail;
    this.transaction = transaction;
    this.clock = clock;
  }

  /**
   * What the provider is to be.
   *
   * @param scopes what to ask for, besides {@code openid}
   * @param roleClaim the claim that roles are read from; empty for none
   * @param addressesConfirmed whether every address that it names is taken for confirmed
   */
  public record Ask(
      String slug,
      String name,
      String issuer,
      String clientId,
      String clientSecret,
      List<String> scopes,
      String roleClaim,
      boolean addressesConfirmed,
      Optional<TerritoryId> territory,
      List<SignInProvider.MappedRole> roles) {

    public Ask {
      scopes = List.copyOf(scopes);
      roles = List.copyOf(roles);
    }

    /** Without the secret. */
    @Override
    public String toString() {
      return "Ask[" + slug + "]";
    }
  }

  /** Registers it. */
  public SignInProvider handle(Ask ask, Caller by) {
    if (!by.isOperator()) {
      throw RefusedException.of(ProblemType.FORBIDDEN);
    }
    for (int i = 0; i < ask.roles().size(); i++) {
      check("/roles/" + i, ask.roles().get(i).grant(), ask.territory());
    }
    SignInProvider.Endpoints endpoints;
    try {
      endpoints = issuers.endpoints(ask.issuer());
    } catch (UnreadableIssuerException e) {
      throw new RefusedException(
          Refusal.field("/issuer", "is no issuer that people can sign in with: " + e.why()));
    }
    Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
    SignInProvider provider =
        new SignInProvider(
            ProviderId.create(),
            ask.slug(),
            ask.name(),
            ask.issuer(),
            ask.clientId(),
            seal.seal(SEALED_FOR, ask.clientSecret()),
            ask.scopes(),
            ask.roleClaim(),
            ask.addressesConfirmed(),
            endpoints,
            ask.territory(),
            ask.roles(),
            now,
            1);
    transaction.executeWithoutResult(
        status -> {
          if (!providers.add(provider)) {
            throw RefusedException.of(ProblemType.CONFLICT, "another provider has this name");
          }
          trail.record(
              by.actor(),
              "sign-in-provider.register",
              ask.territory(),
              "sign-in-provider",
              provider.id().toString(),
              Map.of("issuer", ask.issuer(), "client", ask.clientId()));
        });
    return provider;
  }

  private static void check(String pointer, Caller.Grant grant, Optional<TerritoryId> onlyIn) {
    if (grant.role() == Role.OPERATOR) {
      throw new RefusedException(
          Refusal.field(pointer + "/role", "is given by operators alone, never from outside"));
    }
    if (onlyIn.isPresent() && !onlyIn.equals(grant.territory())) {
      throw new RefusedException(
          Refusal.field(pointer + "/territory", "must be the provider's own territory"));
    }
  }
}
