package org.octroi.authority;

import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.SecurityContext;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import org.octroi.entitlement.Entitlements;
import org.octroi.identity.Applications;
import org.octroi.problem.PublicAddresses;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.annotation.web.configurers.oauth2.server.authorization.OAuth2AuthorizationServerConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.oauth2.core.OAuth2Token;
import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;
import org.springframework.security.oauth2.jwt.NimbusJwtEncoder;
import org.springframework.security.oauth2.server.authorization.OAuth2TokenType;
import org.springframework.security.oauth2.server.authorization.authentication.ClientSecretAuthenticationProvider;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2ClientCredentialsAuthenticationProvider;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.settings.AuthorizationServerSettings;
import org.springframework.security.oauth2.server.authorization.token.JwtEncodingContext;
import org.springframework.security.oauth2.server.authorization.token.JwtGenerator;
import org.springframework.security.oauth2.server.authorization.token.OAuth2TokenGenerator;
import org.springframework.security.web.SecurityFilterChain;

/**
 * Spring Authorization Server, open as far as its parts work here: the token endpoint for client
 * credentials, its metadata (RFC 8414) and its public keys. Tokens are JWTs by RFC 9068, meant for
 * the gate.
 */
@Configuration(proxyBeanMethods = false)
class AuthorizationServer {

  private static final String TOKEN = "/oauth2/token";
  private static final String AUTHORIZE = "/oauth2/authorize";
  private static final String KEYS = "/oauth2/jwks";
  private static final String METADATA = "/.well-known/oauth-authorization-server";

  /** What the metadata may say: the rest of the library's defaults belongs to closed endpoints. */
  private static final Set<String> ADVERTISED =
      Set.of(
          "issuer",
          // The library's metadata can't be without it; no client has a grant that it could ask
          // for.
          "authorization_endpoint",
          "token_endpoint",
          "token_endpoint_auth_methods_supported",
          "jwks_uri",
          "grant_types_supported",
          "response_types_supported");

  @Bean
  AuthorizationServerSettings authorizationServerSettings(PublicAddresses addresses) {
    return AuthorizationServerSettings.builder().issuer(addresses.desk().publicUrl()).build();
  }

  @Bean
  RegisteredClientRepository applicationClients(
      Applications applications, AuthorityProperties properties) {
    return new ApplicationClients(applications, properties.tokenLifetime());
  }

  @Bean
  @Order(1)
  SecurityFilterChain tokenEndpoint(
      HttpSecurity http,
      RegisteredClientRepository clients,
      AuthorizationServerSettings settings,
      JWKSource<SecurityContext> keys,
      Entitlements entitlements,
      PublicAddresses addresses,
      Clock clock)
      throws Exception {
    AskedAccess askedAccess = new AskedAccess(entitlements, addresses.gate().publicUrl(), clock);
    return http.securityMatcher(TOKEN, AUTHORIZE, KEYS, METADATA)
        .with(
            new OAuth2AuthorizationServerConfigurer(),
            server ->
                server
                    .registeredClientRepository(clients)
                    .authorizationService(new NothingKept())
                    .authorizationServerSettings(settings)
                    .tokenGenerator(tokens(keys, addresses.gate().publicUrl()))
                    .clientAuthentication(
                        client ->
                            client.authenticationProviders(AuthorizationServer::hashedSecrets))
                    .tokenEndpoint(
                        token ->
                            token.authenticationProviders(
                                providers -> check(providers, askedAccess)))
                    .authorizationServerMetadataEndpoint(
                        metadata ->
                            metadata.authorizationServerMetadataCustomizer(
                                described ->
                                    described
                                        .grantTypes(
                                            grants -> {
                                              grants.clear();
                                              grants.add("client_credentials");
                                            })
                                        .tokenEndpointAuthenticationMethods(
                                            methods -> {
                                              methods.clear();
                                              methods.add("client_secret_basic");
                                              methods.add("client_secret_post");
                                            })
                                        .claims(claims -> claims.keySet().retainAll(ADVERTISED)))))
        .authorizeHttpRequests(requests -> requests.anyRequest().permitAll())
        .csrf(AbstractHttpConfigurer::disable)
        .sessionManagement(
            session -> session.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
        .build();
  }

  private static void hashedSecrets(List<AuthenticationProvider> providers) {
    for (AuthenticationProvider provider : providers) {
      if (provider instanceof ClientSecretAuthenticationProvider bySecret) {
        bySecret.setPasswordEncoder(new HashedSecrets());
      }
    }
  }

  private static void check(List<AuthenticationProvider> providers, AskedAccess askedAccess) {
    providers.removeIf(p -> !(p instanceof OAuth2ClientCredentialsAuthenticationProvider));
    for (AuthenticationProvider provider : providers) {
      if (provider instanceof OAuth2ClientCredentialsAuthenticationProvider credentials) {
        credentials.setAuthenticationValidator(askedAccess);
      }
    }
  }

  private static OAuth2TokenGenerator<? extends OAuth2Token> tokens(
      JWKSource<SecurityContext> keys, String gate) {
    JwtGenerator generator = new JwtGenerator(new NimbusJwtEncoder(keys));
    generator.setJwtCustomizer(context -> asAccessToken(context, gate));
    return generator;
  }

  /** RFC 9068 §2: its type, whom it is meant for, and which client it was given to. */
  private static void asAccessToken(JwtEncodingContext context, String gate) {
    if (!OAuth2TokenType.ACCESS_TOKEN.equals(context.getTokenType())) {
      throw new IllegalStateException("Only access tokens are made here");
    }
    context.getJwsHeader().algorithm(SignatureAlgorithm.RS256).type("at+jwt");
    context
        .getClaims()
        .audience(List.of(gate))
        .claim("client_id", context.getRegisteredClient().getClientId());
    context.getClaims().claims(claims -> claims.remove("nbf"));
    if (context.getAuthorizedScopes().isEmpty()) {
      context.getClaims().claims(claims -> claims.remove("scope"));
    } else {
      context.getClaims().claim("scope", String.join(" ", context.getAuthorizedScopes()));
    }
  }
}
