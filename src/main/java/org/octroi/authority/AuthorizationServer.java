package org.octroi.authority;

import jakarta.servlet.http.HttpServletRequest;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.octroi.audit.AuditTrail;
import org.octroi.entitlement.Entitlements;
import org.octroi.identity.Applications;
import org.octroi.identity.ClientRegistration;
import org.octroi.identity.PageGuard;
import org.octroi.identity.RevokedTokens;
import org.octroi.identity.ShownCertificates;
import org.octroi.identity.web.ProblemAnswers;
import org.octroi.problem.PublicAddresses;
import org.octroi.token.ProofVerifier;
import org.octroi.token.TokenVerifier;
import org.octroi.vocabulary.ApplicationId;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.annotation.web.configurers.oauth2.server.authorization.OAuth2AuthorizationServerConfigurer;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2ErrorCodes;
import org.springframework.security.oauth2.core.endpoint.OAuth2AuthorizationRequest;
import org.springframework.security.oauth2.server.authorization.OAuth2AuthorizationConsent;
import org.springframework.security.oauth2.server.authorization.authentication.ClientSecretAuthenticationProvider;
import org.springframework.security.oauth2.server.authorization.authentication.JwtClientAssertionAuthenticationProvider;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AuthorizationCodeRequestAuthenticationContext;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AuthorizationCodeRequestAuthenticationException;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AuthorizationCodeRequestAuthenticationProvider;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AuthorizationCodeRequestAuthenticationToken;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AuthorizationCodeRequestAuthenticationValidator;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AuthorizationConsentAuthenticationProvider;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AuthorizationConsentAuthenticationToken;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2ClientCredentialsAuthenticationProvider;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2ClientCredentialsAuthenticationToken;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2DeviceAuthorizationConsentAuthenticationProvider;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2DeviceAuthorizationConsentAuthenticationToken;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2DeviceCodeAuthenticationProvider;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2DeviceVerificationAuthenticationProvider;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2PushedAuthorizationRequestAuthenticationProvider;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2TokenExchangeAuthenticationProvider;
import org.springframework.security.oauth2.server.authorization.authentication.X509ClientCertificateAuthenticationProvider;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.settings.AuthorizationServerSettings;
import org.springframework.security.oauth2.server.authorization.web.authentication.X509ClientCertificateAuthenticationConverter;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.authentication.AuthenticationConverter;
import org.springframework.security.web.context.SecurityContextHolderFilter;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Spring Authorization Server, with what applications are here: clients whose scopes come of
 * agreements. For programs the token endpoint, introspection (RFC 7662), revocation (RFC 7009),
 * pushed requests (RFC 9126) and devices (RFC 8628); for people the authorization endpoint, which
 * has a session; for everybody the metadata (RFC 8414, OpenID Connect Discovery 1.0) and the public
 * keys. Tokens are bound to a key where the client proves one (RFC 9449).
 */
@Configuration(proxyBeanMethods = false)
class AuthorizationServer {

  private static final String TOKEN = "/oauth2/token";
  private static final String AUTHORIZE = "/oauth2/authorize";
  private static final String PAR = "/oauth2/par";
  private static final String DEVICE = "/oauth2/device_authorization";
  private static final String VERIFY = "/oauth2/device_verification";
  private static final String INTROSPECT = "/oauth2/introspect";
  private static final String REVOKE = "/oauth2/revoke";
  private static final String KEYS = "/oauth2/jwks";
  private static final String METADATA = "/.well-known/oauth-authorization-server";
  private static final String DISCOVERY = "/.well-known/openid-configuration";

  /** What the metadata may say: the rest of the library's defaults belongs to closed endpoints. */
  private static final Set<String> ADVERTISED =
      Set.of(
          "issuer",
          "authorization_endpoint",
          "pushed_authorization_request_endpoint",
          "device_authorization_endpoint",
          "token_endpoint",
          "token_endpoint_auth_methods_supported",
          "token_endpoint_auth_signing_alg_values_supported",
          "introspection_endpoint",
          "introspection_endpoint_auth_methods_supported",
          "revocation_endpoint",
          "revocation_endpoint_auth_methods_supported",
          "code_challenge_methods_supported",
          "dpop_signing_alg_values_supported",
          "authorization_response_iss_parameter_supported",
          "authorization_details_types_supported",
          "jwks_uri",
          "grant_types_supported",
          "response_types_supported",
          "subject_types_supported",
          "id_token_signing_alg_values_supported",
          "scopes_supported");

  @Bean
  AuthorizationServerSettings authorizationServerSettings(PublicAddresses addresses) {
    return AuthorizationServerSettings.builder().issuer(addresses.desk().publicUrl()).build();
  }

  @Bean
  RegisteredClientRepository applicationClients(
      Applications applications, AuthorityProperties properties) {
    return new ApplicationClients(applications, properties);
  }

  @Bean
  WebServerFactoryCustomizer<TomcatServletWebServerFactory> certificatesOfClients(
      ShownCertificates shown) {
    return new CertificatesByTls(shown);
  }

  @Bean
  AskedAccess askedAccess(Entitlements entitlements, PublicAddresses addresses, Clock clock) {
    return new AskedAccess(entitlements, addresses, clock);
  }

  @Bean
  Authorizations authorizations(
      RegisteredClientRepository clients,
      KeptAuthorizations kept,
      TokenVerifier verifier,
      RevokedTokens revoked,
      PublicAddresses addresses,
      AuditTrail trail,
      TransactionTemplate transaction,
      ApplicationEventPublisher events,
      Clock clock) {
    return new Authorizations(
        new IssuedTokens(verifier, addresses.desk().publicUrl(), clients, revoked, clock),
        kept,
        clients,
        revoked,
        trail,
        transaction,
        events,
        clock);
  }

  @Bean
  @Order(1)
  SecurityFilterChain authorizationEndpoints(
      HttpSecurity http,
      RegisteredClientRepository clients,
      Authorizations authorizations,
      KeptAuthorizations kept,
      Consents consents,
      AuthorizationServerSettings settings,
      SigningKeys keys,
      Signers signers,
      AskedAccess asked,
      PublicAddresses addresses,
      ProblemAnswers problems,
      PageGuard guard,
      ClientRegistration registration,
      ShownCertificates shown,
      Clock clock)
      throws Exception {
    String issuer = addresses.desk().publicUrl();
    OpenClients open = new OpenClients(clients, Set.of(PAR, DEVICE, REVOKE));
    ClientAssertions assertions =
        new ClientAssertions(kept, List.of(issuer, issuer + TOKEN), clock);
    ClientsByCertificate byCertificate =
        new ClientsByCertificate(clients, new CertificateOfCaller(shown), clock);
    ToClients toClients = new ToClients(issuer, problems);
    Consumer<OAuth2AuthorizationCodeRequestAuthenticationContext> check =
        OAuth2AuthorizationCodeRequestAuthenticationValidator.DEFAULT_REDIRECT_URI_VALIDATOR
            .andThen(context -> check(context, asked));
    return guard
        .on(http)
        .securityMatcher(
            TOKEN, AUTHORIZE, PAR, DEVICE, VERIFY, INTROSPECT, REVOKE, KEYS, METADATA, DISCOVERY)
        .with(
            new OAuth2AuthorizationServerConfigurer(),
            server ->
                server
                    .registeredClientRepository(clients)
                    .authorizationService(authorizations)
                    .authorizationConsentService(consents)
                    .authorizationServerSettings(settings)
                    .tokenGenerator(
                        new Tokens(new SignedTokens(keys, signers), asked, addresses, clock))
                    .clientAuthentication(
                        client ->
                            client
                                .authenticationConverter(byCertificate)
                                .authenticationConverter(open)
                                .authenticationConverters(
                                    // It would take a proxy's certificate for its callers'.
                                    all ->
                                        all.removeIf(
                                            X509ClientCertificateAuthenticationConverter.class
                                                ::isInstance))
                                .authenticationProvider(open)
                                .authenticationProviders(
                                    all -> known(all, assertions, byCertificate)))
                    .authorizationEndpoint(
                        endpoint ->
                            endpoint
                                .authorizationRequestConverters(all -> withDetails(all, asked))
                                .authenticationProviders(all -> people(all, check))
                                .authorizationResponseHandler(toClients)
                                .errorResponseHandler(toClients)
                                .consentPage(ConsentPage.ADDRESS))
                    .pushedAuthorizationRequestEndpoint(
                        endpoint ->
                            endpoint
                                .pushedAuthorizationRequestConverters(
                                    all -> {
                                      withDetails(all, asked);
                                      all.add(AuthorizationServer::ofNobody);
                                    })
                                .authenticationProviders(all -> pushed(all, check)))
                    .deviceAuthorizationEndpoint(
                        endpoint ->
                            endpoint
                                .verificationUri(issuer + DevicePage.ADDRESS)
                                .authenticationProviders(
                                    all ->
                                        all.replaceAll(
                                            provider -> new AskedByDevice(provider, asked))))
                    .deviceVerificationEndpoint(
                        endpoint ->
                            endpoint
                                .consentPage(ConsentPage.ADDRESS)
                                .deviceVerificationResponseHandler(DevicePage::done)
                                .errorResponseHandler(DevicePage::failed)
                                .authenticationProviders(AuthorizationServer::asked))
                    .tokenEndpoint(
                        endpoint ->
                            endpoint
                                .accessTokenRequestConverters(all -> withDetails(all, asked))
                                .accessTokenResponseHandler(new TokenAnswers(asked))
                                .authenticationProviders(all -> grants(all, authorizations, asked)))
                    .tokenIntrospectionEndpoint(
                        introspection ->
                            introspection.authenticationProviders(
                                providers -> providers.replaceAll(OwnTokensOnly::new)))
                    .authorizationServerMetadataEndpoint(
                        metadata ->
                            metadata.authorizationServerMetadataCustomizer(
                                described ->
                                    described.claims(
                                        claims -> describe(claims, issuer, registration, shown))))
                    .oidc(
                        oidc ->
                            oidc.providerConfigurationEndpoint(
                                discovery ->
                                    discovery.providerConfigurationCustomizer(
                                        described ->
                                            described.claims(
                                                claims ->
                                                    describe(
                                                        claims, issuer, registration, shown))))))
        .addFilterBefore(new AtPublicAddress(issuer), SecurityContextHolderFilter.class)
        .addFilterBefore(new TokensInTurn(TOKEN), SecurityContextHolderFilter.class)
        .addFilterBefore(
            new OnceEach(Set.of(TOKEN, PAR, DEVICE, INTROSPECT, REVOKE)),
            SecurityContextHolderFilter.class)
        .authorizeHttpRequests(
            requests ->
                requests
                    .requestMatchers(AUTHORIZE, VERIFY)
                    .authenticated()
                    .anyRequest()
                    .permitAll())
        // Programs have no session to be ridden; what people answer carries a state of their own.
        .csrf(AbstractHttpConfigurer::disable)
        .build();
  }

  private static void known(
      List<AuthenticationProvider> providers,
      ClientAssertions assertions,
      ClientsByCertificate byCertificate) {
    for (AuthenticationProvider provider : providers) {
      if (provider instanceof ClientSecretAuthenticationProvider bySecret) {
        bySecret.setPasswordEncoder(new HashedSecrets());
      } else if (provider instanceof JwtClientAssertionAuthenticationProvider byAssertion) {
        byAssertion.setJwtDecoderFactory(assertions);
      } else if (provider instanceof X509ClientCertificateAuthenticationProvider shown) {
        shown.setCertificateVerifier(byCertificate::verify);
      }
    }
  }

  private static void withDetails(List<AuthenticationConverter> converters, AskedAccess asked) {
    converters.replaceAll(converter -> new DetailsAsScopes(converter, asked));
  }

  /**
   * What no converter takes was sent by no client that is known: the library has no answer to it.
   */
  private static Authentication ofNobody(HttpServletRequest request) {
    throw new OAuth2AuthenticationException(OAuth2ErrorCodes.INVALID_CLIENT);
  }

  private static void check(
      OAuth2AuthorizationCodeRequestAuthenticationContext context, AskedAccess asked) {
    OAuth2AuthorizationCodeRequestAuthenticationToken request = context.getAuthentication();
    RegisteredClient client = context.getRegisteredClient();
    try {
      asked.forPerson(
          ApplicationId.of(client.getId()), request.getScopes(), request.getAdditionalParameters());
    } catch (OAuth2AuthenticationException refused) {
      throw new OAuth2AuthorizationCodeRequestAuthenticationException(
          refused.getError(), sentBack(request, client));
    }
  }

  /** The request with where its answer goes: its own address, or the only one there is. */
  private static OAuth2AuthorizationCodeRequestAuthenticationToken sentBack(
      OAuth2AuthorizationCodeRequestAuthenticationToken request, RegisteredClient client) {
    return new OAuth2AuthorizationCodeRequestAuthenticationToken(
        request.getAuthorizationUri(),
        request.getClientId(),
        (Authentication) request.getPrincipal(),
        request.getRedirectUri() == null || request.getRedirectUri().isEmpty()
            ? client.getRedirectUris().iterator().next()
            : request.getRedirectUri(),
        request.getState(),
        request.getScopes(),
        request.getAdditionalParameters());
  }

  private static void people(
      List<AuthenticationProvider> providers,
      Consumer<OAuth2AuthorizationCodeRequestAuthenticationContext> check) {
    for (AuthenticationProvider provider : providers) {
      if (provider instanceof OAuth2AuthorizationCodeRequestAuthenticationProvider requests) {
        requests.setAuthenticationValidator(check);
        requests.setAuthorizationConsentRequired(AuthorizationServer::consentRequired);
      } else if (provider instanceof OAuth2AuthorizationConsentAuthenticationProvider consent) {
        consent.setAuthorizationConsentCustomizer(
            context ->
                unlessRefused(
                    ((OAuth2AuthorizationConsentAuthenticationToken) context.getAuthentication())
                        .getScopes(),
                    context.getAuthorizationConsent()));
      }
    }
  }

  private static void pushed(
      List<AuthenticationProvider> providers,
      Consumer<OAuth2AuthorizationCodeRequestAuthenticationContext> check) {
    for (AuthenticationProvider provider : providers) {
      if (provider instanceof OAuth2PushedAuthorizationRequestAuthenticationProvider requests) {
        requests.setAuthenticationValidator(check);
      }
    }
  }

  /**
   * Whether to ask: each time where anybody could pass for the client (RFC 9700 §4.11, RFC 8252
   * §8.6), else where something is asked for that was not let before.
   */
  private static boolean consentRequired(
      OAuth2AuthorizationCodeRequestAuthenticationContext context) {
    if (context
        .getRegisteredClient()
        .getClientAuthenticationMethods()
        .contains(ClientAuthenticationMethod.NONE)) {
      return true;
    }
    @Nullable OAuth2AuthorizationConsent consent = context.getAuthorizationConsent();
    @Nullable OAuth2AuthorizationRequest request = context.getAuthorizationRequest();
    return consent == null
        || request == null
        || !consent.getScopes().containsAll(request.getScopes());
  }

  /**
   * Who refuses lets nothing, whatever they let before: the library would take what was let before
   * for an answer.
   */
  private static void unlessRefused(Set<String> let, OAuth2AuthorizationConsent.Builder consent) {
    if (let.isEmpty()) {
      consent.authorities(Set::clear);
    }
  }

  /** A device is always asked about: whoever shows somebody a code must not get by unseen. */
  private static void asked(List<AuthenticationProvider> providers) {
    for (AuthenticationProvider provider : providers) {
      if (provider instanceof OAuth2DeviceVerificationAuthenticationProvider verification) {
        verification.setAuthorizationConsentRequired(context -> true);
      } else if (provider
          instanceof OAuth2DeviceAuthorizationConsentAuthenticationProvider consent) {
        consent.setAuthorizationConsentCustomizer(
            context ->
                unlessRefused(
                    ((OAuth2DeviceAuthorizationConsentAuthenticationToken)
                            context.getAuthentication())
                        .getScopes(),
                    context.getAuthorizationConsent()));
      }
    }
  }

  private static void grants(
      List<AuthenticationProvider> providers, Authorizations authorizations, AskedAccess asked) {
    providers.replaceAll(
        provider ->
            switch (provider) {
              case OAuth2TokenExchangeAuthenticationProvider exchange ->
                  new LessForMore(exchange, authorizations, asked);
              case OAuth2DeviceCodeAuthenticationProvider device -> new DevicesInTurn(device);
              default -> provider;
            });
    for (AuthenticationProvider provider : providers) {
      if (provider instanceof OAuth2ClientCredentialsAuthenticationProvider credentials) {
        credentials.setAuthenticationValidator(
            context -> {
              OAuth2ClientCredentialsAuthenticationToken request = context.getAuthentication();
              asked.forItself(
                  ApplicationId.of(context.getRegisteredClient().getId()),
                  request.getScopes(),
                  request.getAdditionalParameters());
            });
      }
    }
  }

  private static void describe(
      Map<String, Object> claims,
      String issuer,
      ClientRegistration registration,
      ShownCertificates shown) {
    List<String> knowing =
        Stream.concat(
                Stream.of("client_secret_basic", "client_secret_post", "private_key_jwt"),
                shown.any() ? Stream.of("self_signed_tls_client_auth") : Stream.empty())
            .toList();
    List<String> alsoOpen = Stream.concat(knowing.stream(), Stream.of("none")).toList();
    claims.put(
        "grant_types_supported",
        List.of(
            "client_credentials",
            "authorization_code",
            "refresh_token",
            "urn:ietf:params:oauth:grant-type:device_code",
            "urn:ietf:params:oauth:grant-type:token-exchange"));
    claims.put("token_endpoint_auth_methods_supported", alsoOpen);
    claims.put("introspection_endpoint_auth_methods_supported", knowing);
    claims.put("revocation_endpoint_auth_methods_supported", alsoOpen);
    claims.put("token_endpoint_auth_signing_alg_values_supported", ProofVerifier.ALGORITHMS);
    claims.put("dpop_signing_alg_values_supported", ProofVerifier.ALGORITHMS);
    claims.computeIfPresent(
        "id_token_signing_alg_values_supported", (name, usual) -> List.of("RS256", "ES256"));
    claims.put("authorization_response_iss_parameter_supported", true);
    claims.put("authorization_details_types_supported", List.of(AccessDetail.TYPE));
    claims.put("scopes_supported", List.of("openid", AskedAccess.DESK, AskedAccess.DESK_READ));
    claims.keySet().retainAll(ADVERTISED);
    if (registration.open()) {
      claims.put("registration_endpoint", issuer + ClientRegistration.PATH);
    }
  }
}
