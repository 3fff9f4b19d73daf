package org.octroi.issuer;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.octroi.identity.PageGuard;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClient;
import org.springframework.security.oauth2.client.web.OAuth2AuthorizedClientRepository;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.context.NullSecurityContextRepository;

/**
 * The way to an issuer and back: sign-in by code, with PKCE, state and nonce, as Spring Security
 * does it. What comes of it is a session like any other's; neither the issuer's tokens nor its
 * claims are kept.
 */
@Configuration(proxyBeanMethods = false)
class ProviderSecurity {

  /** Where people are sent to an issuer from, by the provider's name. */
  static final String TO = "/sign-in/with";

  /** Where they come back to. */
  static final String BACK = "/sign-in/back/";

  /** Where an issuer tells that somebody signed out. */
  static final String LOGOUT = "/sign-in/ended/";

  private static final Logger LOG = LoggerFactory.getLogger(ProviderSecurity.class);

  @Bean
  @Order(80)
  SecurityFilterChain signInWithIssuers(
      HttpSecurity http,
      PageGuard guard,
      ProviderRegistrations registrations,
      CodeExchange exchange,
      ProviderUserInfo userInfo,
      SignInArrival arrival) {
    return guard
        .on(http.securityMatcher(TO + "/*", BACK + "*"))
        .authorizeHttpRequests(requests -> requests.anyRequest().permitAll())
        .oauth2Login(
            login ->
                login
                    .loginPage(PageGuard.SIGN_IN)
                    .clientRegistrationRepository(registrations)
                    .authorizedClientRepository(new NothingKept())
                    .securityContextRepository(new NullSecurityContextRepository())
                    .authorizationEndpoint(to -> to.baseUri(TO))
                    .redirectionEndpoint(back -> back.baseUri(BACK + "*"))
                    .tokenEndpoint(token -> token.accessTokenResponseClient(exchange))
                    .userInfoEndpoint(user -> user.oidcUserService(userInfo))
                    .successHandler(arrival)
                    .failureHandler(ProviderSecurity::failed))
        .headers(
            headers ->
                headers.contentSecurityPolicy(
                    csp -> csp.policyDirectives("default-src 'none'; frame-ancestors 'none'")))
        .build();
  }

  /** An issuer has no session and no form of ours; what it sends is signed. */
  @Bean
  @Order(79)
  SecurityFilterChain endedAtIssuers(HttpSecurity http) {
    return http.securityMatcher(LOGOUT + "*")
        .csrf(AbstractHttpConfigurer::disable)
        .sessionManagement(
            session -> session.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
        .requestCache(AbstractHttpConfigurer::disable)
        .logout(AbstractHttpConfigurer::disable)
        .formLogin(AbstractHttpConfigurer::disable)
        .httpBasic(AbstractHttpConfigurer::disable)
        .authorizeHttpRequests(requests -> requests.anyRequest().permitAll())
        .build();
  }

  private static void failed(
      HttpServletRequest request, HttpServletResponse response, AuthenticationException why)
      throws IOException {
    LOG.warn("Somebody could not sign in with an issuer: {}", why.getMessage());
    SignInArrival.seeOther(response, PageGuard.SIGN_IN + "?issuer=failed");
  }

  /** The issuer's tokens have done what they are for when somebody has come back. */
  private static final class NothingKept implements OAuth2AuthorizedClientRepository {

    @Override
    public <T extends OAuth2AuthorizedClient> @Nullable T loadAuthorizedClient(
        String registration, Authentication principal, HttpServletRequest request) {
      return null;
    }

    @Override
    public void saveAuthorizedClient(
        OAuth2AuthorizedClient client,
        Authentication principal,
        HttpServletRequest request,
        HttpServletResponse response) {
      // Nothing is asked of the issuer in somebody's name.
    }

    @Override
    public void removeAuthorizedClient(
        String registration,
        Authentication principal,
        HttpServletRequest request,
        HttpServletResponse response) {
      // There is none.
    }
  }
}
