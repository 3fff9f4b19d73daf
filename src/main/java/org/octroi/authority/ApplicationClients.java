package org.octroi.authority;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.octroi.identity.Applications;
import org.octroi.identity.RegisteredApplication;
import org.octroi.vocabulary.ApplicationId;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.settings.OAuth2TokenFormat;
import org.springframework.security.oauth2.server.authorization.settings.TokenSettings;

/**
 * The applications of the desk as OAuth2 clients. A suspended application is no client, so it gets
 * no token; those that it has are refused at the gate.
 */
final class ApplicationClients implements RegisteredClientRepository {

  private final Applications applications;
  private final TokenSettings tokens;

  ApplicationClients(Applications applications, Duration tokenLifetime) {
    this.applications = applications;
    this.tokens =
        TokenSettings.builder()
            .accessTokenFormat(OAuth2TokenFormat.SELF_CONTAINED)
            .accessTokenTimeToLive(tokenLifetime)
            .build();
  }

  @Override
  public void save(RegisteredClient client) {
    throw new IllegalStateException(
        "Applications are registered at the desk, not by the token endpoint");
  }

  @Override
  public @Nullable RegisteredClient findById(String id) {
    return applications
        .find(ApplicationId.of(id))
        .map(known -> findByClientId(known.clientId()))
        .orElse(null);
  }

  @Override
  public @Nullable RegisteredClient findByClientId(String clientId) {
    return applications
        .findClient(clientId)
        .filter(known -> known.application().active())
        .map(this::client)
        .orElse(null);
  }

  private RegisteredClient client(Applications.Client known) {
    RegisteredApplication application = known.application();
    return RegisteredClient.withId(application.id().toString())
        .clientId(application.clientId())
        .clientSecret(known.secretHash())
        .clientName(application.name())
        .clientAuthenticationMethod(ClientAuthenticationMethod.CLIENT_SECRET_BASIC)
        .clientAuthenticationMethod(ClientAuthenticationMethod.CLIENT_SECRET_POST)
        .authorizationGrantType(AuthorizationGrantType.CLIENT_CREDENTIALS)
        .tokenSettings(tokens)
        .build();
  }
}
