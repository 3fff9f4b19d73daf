package org.octroi.authority;

import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.octroi.entitlement.Entitlements;
import org.octroi.entitlement.Snapshot;
import org.octroi.vocabulary.ApplicationId;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2ClientCredentialsAuthenticationContext;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2ClientCredentialsAuthenticationToken;

/**
 * What a client asks a token for: the resource must be the gate (RFC 8707 §2), and each scope must
 * be one that an agreement in force gives. None asked means whatever the agreements give, at the
 * time of each request.
 */
final class AskedAccess implements Consumer<OAuth2ClientCredentialsAuthenticationContext> {

  private static final Pattern SCOPE =
      Pattern.compile("octroi:([a-z][a-z0-9-]{1,40})/([a-z][a-z0-9-]{1,40}):(read|download|query)");

  private final Entitlements entitlements;
  private final String gate;
  private final Clock clock;

  AskedAccess(Entitlements entitlements, String gate, Clock clock) {
    this.entitlements = entitlements;
    this.gate = gate;
    this.clock = clock;
  }

  @Override
  public void accept(OAuth2ClientCredentialsAuthenticationContext context) {
    OAuth2ClientCredentialsAuthenticationToken asked = context.getAuthentication();
    for (String resource : texts(asked.getAdditionalParameters().get("resource"))) {
      if (!resource.equals(gate) && !resource.equals(gate + "/")) {
        throw refused("invalid_target", "The only resource that tokens are given for is " + gate);
      }
    }
    ApplicationId application = ApplicationId.of(context.getRegisteredClient().getId());
    for (String scope : asked.getScopes()) {
      if (!given(application, scope)) {
        throw refused(
            "invalid_scope",
            "No agreement in force gives this application "
                + (SCOPE.matcher(scope).matches() ? scope : "such a scope"));
      }
    }
  }

  private boolean given(ApplicationId application, String scope) {
    Matcher parts = SCOPE.matcher(scope);
    if (!parts.matches()) {
      return false;
    }
    Snapshot now = entitlements.current();
    Optional<Snapshot.Dataset> dataset = now.dataset(parts.group(1), parts.group(2));
    return dataset.isPresent()
        && now.agreements(application, dataset.get().id()).stream()
            .anyMatch(agreement -> agreement.inForce(clock.instant()));
  }

  private static List<String> texts(@Nullable Object value) {
    return switch (value) {
      case null -> List.of();
      case String one -> List.of(one);
      case String[] several -> List.of(several);
      case Collection<?> several -> several.stream().map(String::valueOf).toList();
      default -> List.of(value.toString());
    };
  }

  private static OAuth2AuthenticationException refused(String code, String description) {
    return new OAuth2AuthenticationException(new OAuth2Error(code, description, null));
  }
}
