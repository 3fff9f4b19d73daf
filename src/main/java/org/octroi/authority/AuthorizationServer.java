package org.octroi.authority;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.JWK;
import java.text.ParseException;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.octroi.entitlement.Entitlements;
import org.octroi.identity.Applications;
import org.octroi.identity.RevokedTokens;
import org.octroi.problem.PublicAddresses;
import org.octroi.token.ProofVerifier;
import org.octroi.token.TokenVerifier;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.annotation.web.configurers.oauth2.server.authorization.OAuth2AuthorizationServerConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.oauth2.core.OAuth2Token;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.NimbusJwtEncoder;
import org.springframework.security.oauth2.server.authorization.OAuth2TokenType;
import org.springframework.security.oauth2.server.authorization.authentication.ClientSecretAuthenticationProvider;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2ClientCredentialsAuthenticationProvider;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.settings.AuthorizationServerSettings;
import org.springframework.security.oauth2.server.authorization.token.JwtEncodingContext;
import org.springframework.security.oauth2.server.authorization.token.JwtGenerator;
import org.springframework.security.oauth2.server.authorization.token.OAuth2TokenContext;
import org.springframework.security.oauth2.server.authorization.token.OAuth2TokenGenerator;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.context.SecurityContextHolderFilter;

/**
 * Spring Authorization Server, open as far as its parts work here: the token endpoint for client
 * credentials, introspection (RFC 7662) and revocation (RFC 7009) of tokens, its metadata (RFC
 * 8414) and its public keys. Tokens are JWTs by RFC 9068, meant for the gate, and bound to a key
 * where the client proves one (RFC 9449).
 */
@Configuration(proxyBeanMethods = false)
class AuthorizationServer {

  private static final String TOKEN = "/oauth2/token";
  private static final String AUTHORIZE = "/oauth2/authorize";
  private static final String INTROSPECT = "/oauth2/introspect";
  private static final String REVOKE = "/oauth2/revoke";
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
          "introspection_endpoint",
          "introspection_endpoint_auth_methods_supported",
          "revocation_endpoint",
          "revocation_endpoint_auth_methods_supported",
          "dpop_signing_alg_values_supported",
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
      SigningKeys keys,
      TokenVerifier verifier,
      RevokedTokens revoked,
      Entitlements entitlements,
      PublicAddresses addresses,
      Clock clock)
      throws Exception {
    AskedAccess askedAccess = new AskedAccess(entitlements, addresses.gate().publicUrl(), clock);
    return http.securityMatcher(TOKEN, AUTHORIZE, INTROSPECT, REVOKE, KEYS, METADATA)
        .with(
            new OAuth2AuthorizationServerConfigurer(),
            server ->
                server
                    .registeredClientRepository(clients)
                    .authorizationService(
                        new IssuedTokens(
                            verifier, addresses.desk().publicUrl(), clients, revoked, clock))
                    .authorizationServerSettings(settings)
                    .tokenGenerator(tokens(keys, addresses.gate().publicUrl()))
                    .clientAuthentication(
                        client ->
                            client.authenticationProviders(AuthorizationServer::hashedSecrets))
                    .tokenEndpoint(
                        token ->
                            token.authenticationProviders(
                                providers -> check(providers, askedAccess)))
                    .tokenIntrospectionEndpoint(
                        introspection ->
                            introspection.authenticationProviders(
                                providers -> providers.replaceAll(OwnTokensOnly::new)))
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
                                            AuthorizationServer::bySecret)
                                        .tokenIntrospectionEndpointAuthenticationMethods(
                                            AuthorizationServer::bySecret)
                                        .tokenRevocationEndpointAuthenticationMethods(
                                            AuthorizationServer::bySecret)
                                        .dPoPSigningAlgorithms(
                                            algorithms -> {
                                              algorithms.clear();
                                              algorithms.addAll(ProofVerifier.ALGORITHMS);
                                            })
                                        .claims(claims -> claims.keySet().retainAll(ADVERTISED)))))
        .addFilterBefore(
            new AtPublicAddress(addresses.desk().publicUrl()), SecurityContextHolderFilter.class)
        .authorizeHttpRequests(requests -> requests.anyRequest().permitAll())
        .csrf(AbstractHttpConfigurer::disable)
        .sessionManagement(
            session -> session.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
        .build();
  }

  private static void bySecret(List<String> methods) {
    methods.clear();
    methods.add("client_secret_basic");
    methods.add("client_secret_post");
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

  private static OAuth2TokenGenerator<? extends OAuth2Token> tokens(SigningKeys keys, String gate) {
    JwtGenerator generator = new JwtGenerator(new NimbusJwtEncoder(keys));
    generator.setJwtCustomizer(context -> asAccessToken(context, keys.signing(), gate));
    return generator;
  }

  /** RFC 9068 §2: its type, whom it is meant for, and which client it was given to. */
  private static void asAccessToken(JwtEncodingContext context, SigningKey key, String gate) {
    if (!OAuth2TokenType.ACCESS_TOKEN.equals(context.getTokenType())) {
      throw new IllegalStateException("Only access tokens are made here");
    }
    context.getJwsHeader().algorithm(key.algorithm()).keyId(key.id()).type("at+jwt");
    context
        .getClaims()
        .audience(List.of(gate))
        .claim("client_id", context.getRegisteredClient().getClientId());
    context.getClaims().claims(claims -> claims.remove("nbf"));
    Jwt proof = context.get(OAuth2TokenContext.DPOP_PROOF_KEY);
    if (proof != null) {
      context.getClaims().claim("cnf", Map.of("jkt", thumbprint(proof)));
    }
    if (context.getAuthorizedScopes().isEmpty()) {
      context.getClaims().claims(claims -> claims.remove("scope"));
    } else {
      context.getClaims().claim("scope", String.join(" ", context.getAuthorizedScopes()));
    }
  }

  /** Of the key of a proof that was checked (RFC 9449 §6.1). */
  private static String thumbprint(Jwt proof) {
    if (!(proof.getHeaders().get("jwk") instanceof Map<?, ?> members)) {
      throw new IllegalStateException("A proof that was checked has its key in its head");
    }
    try {
      Map<String, Object> key = new HashMap<>();
      members.forEach((name, value) -> key.put(String.valueOf(name), value));
      return JWK.parse(key).computeThumbprint().toString();
    } catch (ParseException | JOSEException e) {
      throw new IllegalStateException("The key of a proof that was checked can be read", e);
    }
  }
}
