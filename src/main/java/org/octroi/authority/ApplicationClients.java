package org.octroi.authority;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.octroi.identity.Applications;
import org.octroi.identity.ClientCertificate;
import org.octroi.identity.ClientKeys;
import org.octroi.identity.ClientProfile;
import org.octroi.identity.RedirectUri;
import org.octroi.identity.RegisteredApplication;
import org.octroi.vocabulary.ApplicationId;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.settings.ClientSettings;
import org.springframework.security.oauth2.server.authorization.settings.OAuth2TokenFormat;
import org.springframework.security.oauth2.server.authorization.settings.TokenSettings;

/**
 * The applications of the desk as OAuth2 clients. A suspended application is no client, so it gets
 * no token; those that it has are refused at the gate.
 */
final class ApplicationClients implements RegisteredClientRepository {

  private static final String KEYS = "octroi.keys";
  private static final String CERTIFICATES = "octroi.certificates";

  /** Longer than a browser needs to bring it, and no longer (RFC 6749 §4.1.2). */
  private static final Duration CODE = Duration.ofMinutes(1);

  private static final Duration DEVICE_CODE = Duration.ofMinutes(10);

  private static final ClientSettings USUAL =
      ClientSettings.builder().requireProofKey(true).requireAuthorizationConsent(true).build();

  private final Applications applications;
  private final TokenSettings jwt;
  private final TokenSettings opaque;

  ApplicationClients(Applications applications, AuthorityProperties properties) {
    this.applications = applications;
    this.jwt = tokens(properties, OAuth2TokenFormat.SELF_CONTAINED);
    this.opaque = tokens(properties, OAuth2TokenFormat.REFERENCE);
  }

  private static TokenSettings tokens(AuthorityProperties properties, OAuth2TokenFormat format) {
    return TokenSettings.builder()
        .accessTokenFormat(format)
        .accessTokenTimeToLive(properties.tokenLifetime())
        .refreshTokenTimeToLive(properties.refreshLifetime())
        .reuseRefreshTokens(false)
        .authorizationCodeTimeToLive(CODE)
        .deviceCodeTimeToLive(DEVICE_CODE)
        .build();
  }

  @Override
  public void save(RegisteredClient client) {
    throw new IllegalStateException(
        "Applications are registered at the desk, not by the token endpoint");
  }

  @Override
  public @Nullable RegisteredClient findById(String id) {
    return client(applications.findClient(ApplicationId.of(id)));
  }

  @Override
  public @Nullable RegisteredClient findByClientId(String clientId) {
    return client(applications.findClient(clientId));
  }

  /** The keys that a client signs by. */
  static Optional<ClientKeys> keys(RegisteredClient client) {
    return Optional.ofNullable(client.getClientSettings().getSetting(KEYS));
  }

  /** The certificates that a client shows; none where it shows who it is by something else. */
  static List<X509Certificate> certificates(RegisteredClient client) {
    @Nullable List<X509Certificate> told = client.getClientSettings().getSetting(CERTIFICATES);
    return told == null ? List.of() : told;
  }

  private @Nullable RegisteredClient client(Optional<Applications.Client> found) {
    return found.filter(known -> known.application().active()).map(this::client).orElse(null);
  }

  private RegisteredClient client(Applications.Client known) {
    RegisteredApplication application = known.application();
    ClientProfile profile = known.profile();
    RegisteredClient.Builder client =
        RegisteredClient.withId(application.id().toString())
            .clientId(application.clientId())
            .clientName(application.name())
            .tokenSettings(profile.format() == ClientProfile.Format.OPAQUE ? opaque : jwt)
            .clientSettings(USUAL);
    switch (profile.authentication()) {
      case SECRET ->
          client
              .clientSecret(known.secretHash())
              .clientAuthenticationMethod(ClientAuthenticationMethod.CLIENT_SECRET_BASIC)
              .clientAuthenticationMethod(ClientAuthenticationMethod.CLIENT_SECRET_POST);
      case PRIVATE_KEY_JWT ->
          client
              .clientAuthenticationMethod(ClientAuthenticationMethod.PRIVATE_KEY_JWT)
              .clientSettings(
                  ClientSettings.withSettings(USUAL.getSettings())
                      // That it signs; by what, each of its keys says.
                      .tokenEndpointAuthenticationSigningAlgorithm(SignatureAlgorithm.RS256)
                      .setting(KEYS, profile.keys().orElseThrow())
                      .build());
      case SELF_SIGNED_TLS_CLIENT_AUTH ->
          client
              .clientAuthenticationMethod(ClientAuthenticationMethod.SELF_SIGNED_TLS_CLIENT_AUTH)
              .clientSettings(
                  ClientSettings.withSettings(USUAL.getSettings())
                      .setting(
                          CERTIFICATES,
                          profile.certificates().stream()
                              .map(ClientCertificate::certificate)
                              .toList())
                      .build());
      case NONE -> client.clientAuthenticationMethod(ClientAuthenticationMethod.NONE);
    }
    profile.grants().forEach(grant -> client.authorizationGrantType(grant(grant)));
    if (profile.ofPeople()) {
      client.authorizationGrantType(AuthorizationGrantType.REFRESH_TOKEN);
    }
    profile.redirectUris().stream().map(RedirectUri::text).forEach(client::redirectUri);
    return client.build();
  }

  private static AuthorizationGrantType grant(ClientProfile.Grant grant) {
    return switch (grant) {
      case CLIENT_CREDENTIALS -> AuthorizationGrantType.CLIENT_CREDENTIALS;
      case AUTHORIZATION_CODE -> AuthorizationGrantType.AUTHORIZATION_CODE;
      case DEVICE_CODE -> AuthorizationGrantType.DEVICE_CODE;
      case TOKEN_EXCHANGE -> AuthorizationGrantType.TOKEN_EXCHANGE;
    };
  }
}
