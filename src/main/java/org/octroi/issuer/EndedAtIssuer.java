package org.octroi.issuer;

import io.swagger.v3.oas.annotations.Hidden;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.octroi.audit.AuditTrail;
import org.octroi.identity.PageSessions;
import org.octroi.vocabulary.Actor;
import org.octroi.vocabulary.PersonId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.CacheControl;
import org.springframework.http.ResponseEntity;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtException;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * Somebody signed out at an issuer, which says so by a token (OpenID Connect Back-Channel Logout
 * 1.0 §2.5-2.7): all their sessions at the desk end, on every desk of several. No part of the
 * public API.
 */
@RestController
class EndedAtIssuer {

  private static final Logger LOG = LoggerFactory.getLogger(EndedAtIssuer.class);
  private static final String EVENT = "http://schemas.openid.net/event/backchannel-logout";
  private static final Duration JUST_NOW = Duration.ofMinutes(5);

  private final SignInProviders providers;
  private final ProviderTokens tokens;
  private final PageSessions sessions;
  private final AuditTrail trail;
  private final TransactionTemplate transaction;
  private final Clock clock;

  EndedAtIssuer(
      SignInProviders providers,
      ProviderTokens tokens,
      PageSessions sessions,
      AuditTrail trail,
      TransactionTemplate transaction,
      Clock clock) {
    this.providers = providers;
    this.tokens = tokens;
    this.sessions = sessions;
    this.trail = trail;
    this.transaction = transaction;
    this.clock = clock;
  }

  @Hidden
  @PostMapping(ProviderSecurity.LOGOUT + "{slug}")
  ResponseEntity<Void> ended(
      @PathVariable String slug, @RequestParam("logout_token") String logoutToken) {
    Optional<SignInProvider> provider = providers.find(slug);
    if (provider.isEmpty()) {
      return answer(404);
    }
    Optional<String> subject = subject(provider.get(), logoutToken);
    if (subject.isEmpty()) {
      return answer(400);
    }
    providers
        .personOf(provider.get().id(), subject.get())
        .ifPresent(person -> end(person, provider.get()));
    return answer(200);
  }

  private void end(PersonId person, SignInProvider provider) {
    transaction.executeWithoutResult(
        status -> {
          if (sessions.endAll(person) > 0) {
            trail.record(
                new Actor.Person(person),
                "person.sign-out",
                Optional.empty(),
                "person",
                person.toString(),
                Map.of("issuer", provider.issuer()));
          }
        });
  }

  private Optional<String> subject(SignInProvider provider, String logoutToken) {
    try {
      Jwt token = tokens.signedBy(provider.issuer()).decode(logoutToken);
      Instant now = clock.instant();
      boolean good =
          token.getIssuer() != null
              && token.getIssuer().toString().equals(provider.issuer())
              && token.getAudience() != null
              && token.getAudience().contains(provider.clientId())
              && token.getIssuedAt() != null
              && token.getIssuedAt().plus(JUST_NOW).isAfter(now)
              && token.getClaim("nonce") == null
              && token.getClaim("events") instanceof Map<?, ?> events
              && events.containsKey(EVENT);
      if (good) {
        return Optional.ofNullable(token.getSubject());
      }
      LOG.warn("A token by which {} ends sessions is none", provider.issuer());
    } catch (JwtException e) {
      LOG.warn("A token by which {} ends sessions is bad: {}", provider.issuer(), e.getMessage());
    }
    return Optional.empty();
  }

  private static ResponseEntity<Void> answer(int status) {
    return ResponseEntity.status(status).cacheControl(CacheControl.noStore()).build();
  }
}
