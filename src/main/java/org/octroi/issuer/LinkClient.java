package org.octroi.issuer;

import com.nimbusds.jwt.SignedJWT;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.octroi.audit.AuditTrail;
import org.octroi.entitlement.Entitlements;
import org.octroi.identity.ApplicationChanged;
import org.octroi.identity.Applications;
import org.octroi.identity.RegisteredApplication;
import org.octroi.problem.ProblemType;
import org.octroi.problem.Refusal;
import org.octroi.problem.RefusedException;
import org.octroi.token.TokenVerifier;
import org.octroi.token.TokenVerifier.Verdict;
import org.octroi.vocabulary.Actor;
import org.octroi.vocabulary.ApplicationId;
import org.octroi.vocabulary.Caller;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Says that a client of a trusted issuer is an application: its tokens then stand for what the
 * application agreed to. The owner shows a token of the client that was issued just now, which only
 * who has the client's secret can fetch; an operator may say so without one.
 *
 * @refuses not-found when the caller neither owns the application nor is an operator
 * @refuses invalid-field when the issuer is not trusted, or the token is none of it that is good,
 *     meant for the gate and issued in the last five minutes
 * @refuses forbidden when a client is named without a token and the caller is no operator
 * @refuses conflict when the client is another application already, or the application is as many
 *     clients as it may be
 */
@Component
@Transactional
public class LinkClient {

  private static final Duration JUST_NOW = Duration.ofMinutes(5);

  private final Applications applications;
  private final TrustedIssuers trusted;
  private final ForeignClients clients;
  private final TokenVerifier tokens;
  private final Entitlements entitlements;
  private final AuditTrail trail;
  private final ApplicationEventPublisher events;
  private final Clock clock;

  LinkClient(
      Applications applications,
      TrustedIssuers trusted,
      ForeignClients clients,
      TokenVerifier tokens,
      Entitlements entitlements,
      AuditTrail trail,
      ApplicationEventPublisher events,
      Clock clock) {
    this.applications = applications;
    this.trusted = trusted;
    this.clients = clients;
    this.tokens = tokens;
    this.entitlements = entitlements;
    this.trail = trail;
    this.events = events;
    this.clock = clock;
  }

  /** By a token of the client. */
  ForeignClients.Link shown(ApplicationId application, IssuerId issuer, String token, Caller by) {
    RegisteredApplication mine = applications.administered(application, by);
    TrustedIssuer of = issuer(issuer);
    return link(mine.id(), of, clientOf(token, of.url()), ForeignClients.Proof.TOKEN, by.actor());
  }

  /** By an operator's word. */
  ForeignClients.Link named(
      ApplicationId application, IssuerId issuer, String clientId, Caller by) {
    RegisteredApplication theirs = applications.administered(application, by);
    if (!by.isOperator()) {
      throw RefusedException.of(ProblemType.FORBIDDEN, "to name a client without a token of it");
    }
    return link(theirs.id(), issuer(issuer), clientId, ForeignClients.Proof.OPERATOR, by.actor());
  }

  private TrustedIssuer issuer(IssuerId id) {
    return trusted
        .find(id)
        .orElseThrow(
            () -> new RefusedException(Refusal.field("/issuer", "must be a trusted issuer's id")));
  }

  private String clientOf(String token, String issuer) {
    Instant now = clock.instant();
    String why =
        switch (tokens.verify(token, now)) {
          case Verdict.Expired(Instant since) -> "has expired";
          case Verdict.Bad(String what) -> "is not good: " + what;
          case Verdict.Good good -> {
            if (!good.issuer().equals(issuer)) {
              yield "is of another issuer";
            }
            if (good.proofKey().isPresent()) {
              yield "is bound to a key: show one that is not";
            }
            if (good.id().isPresent()
                && entitlements.current().tokenRevoked(issuer, good.id().get())) {
              yield "was revoked";
            }
            if (!isFresh(token, now)) {
              yield "must have been issued in the last five minutes";
            }
            yield "";
          }
        };
    if (!why.isEmpty()) {
      throw new RefusedException(Refusal.field("/token", why));
    }
    return ((Verdict.Good) tokens.verify(token, now)).clientId();
  }

  private static boolean isFresh(String token, Instant now) {
    try {
      @Nullable Date issued = SignedJWT.parse(token).getJWTClaimsSet().getIssueTime();
      return issued != null && issued.toInstant().plus(JUST_NOW).isAfter(now);
    } catch (ParseException e) {
      throw new IllegalStateException("A good token can be read", e);
    }
  }

  /**
   * By the house, which made the client for the application.
   *
   * @param issuer what its tokens say issued them
   * @return whether that issuer is trusted, and the client that application now
   */
  public boolean provisioned(ApplicationId application, String issuer, String clientId) {
    Optional<TrustedIssuer> of = trusted.find(issuer);
    if (of.isEmpty()) {
      return false;
    }
    Optional<ForeignClients.Link> before = clients.find(of.get().id(), clientId);
    if (before.isPresent()) {
      return before.get().application().equals(application);
    }
    // Where another was faster, it was for the same application: the client bears its id.
    add(
        made(application, of.get(), clientId, ForeignClients.Proof.PROVISIONED),
        new Actor.House("realm"));
    return true;
  }

  private ForeignClients.Link link(
      ApplicationId application,
      TrustedIssuer issuer,
      String clientId,
      ForeignClients.Proof proof,
      Actor by) {
    Optional<ForeignClients.Link> before = clients.find(issuer.id(), clientId);
    if (before.isPresent() && before.get().application().equals(application)) {
      return before.get();
    }
    if (clients.of(application).size() >= ForeignClients.MOST) {
      throw RefusedException.of(
          ProblemType.CONFLICT, "an application is at most " + ForeignClients.MOST + " clients");
    }
    ForeignClients.Link link = made(application, issuer, clientId, proof);
    if (before.isPresent() || !add(link, by)) {
      throw RefusedException.of(ProblemType.CONFLICT, "this client is another application");
    }
    return link;
  }

  private ForeignClients.Link made(
      ApplicationId application,
      TrustedIssuer issuer,
      String clientId,
      ForeignClients.Proof proof) {
    return new ForeignClients.Link(
        LinkId.create(),
        issuer.id(),
        issuer.url(),
        clientId,
        application,
        proof,
        clock.instant().truncatedTo(ChronoUnit.MICROS));
  }

  private boolean add(ForeignClients.Link link, Actor by) {
    if (!clients.add(link)) {
      return false;
    }
    trail.record(
        by,
        "application.link-client",
        Optional.empty(),
        "application",
        link.application().toString(),
        Map.of("issuer", link.url(), "client", link.clientId(), "proof", link.proof().word()));
    events.publishEvent(new ApplicationChanged(link.application()));
    return true;
  }
}
