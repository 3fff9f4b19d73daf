package org.octroi.identity;

import org.octroi.identity.web.ProblemAnswers;
import org.octroi.problem.ProblemType;
import org.octroi.problem.Refusal;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpMethod;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.config.observation.SecurityObservationSettings;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.authentication.AnonymousAuthenticationFilter;
import org.springframework.security.web.header.writers.ReferrerPolicyHeaderWriter.ReferrerPolicy;

/**
 * The guard of {@code /api}: a personal token in the header or nobody, no session, and so no cookie
 * that another site could make use of. What anybody may read is listed here; everything else needs
 * somebody, and how far they reach is judged where the thing is known.
 */
@Configuration(proxyBeanMethods = false)
class ApiSecurity {

  static final String[] PUBLIC_READING = {
    "/api/v1/openapi.json",
    "/api/v1/openapi.json/**",
    "/api/v1/territories",
    "/api/v1/territories/*",
    "/api/v1/territories/*/holders",
    "/api/v1/territories/*/datasets",
    "/api/v1/territories/*/datasets/*",
    "/api/v1/territories/*/datasets/*/offers",
    "/api/v1/territories/*/datasets/*/statistics",
    "/api/v1/licences",
    "/api/v1/licences/combine",
    "/api/v1/licences/*",
    "/api/v1/licences/*/versions/**",
    "/api/v1/territories/*/offers",
    "/api/v1/offers/*",
    "/api/v1/offers/*/versions",
    "/api/v1/offers/*/changes",
    "/api/v1/attribution",
    "/api/v1/purposes",
    "/api/v1/register",
    "/api/v1/register.csv",
  };

  static final String[] PUBLIC_WRITING = {
    "/api/v1/people", "/api/v1/people/tokens", "/api/v1/people/first-administrator",
  };

  /** Else each of its filters is a span and two events of each request, which nobody reads. */
  @Bean
  SecurityObservationSettings unobserved() {
    return SecurityObservationSettings.noObservations();
  }

  @Bean
  @Order(20)
  SecurityFilterChain apiGuard(
      HttpSecurity http,
      PersonalTokens tokens,
      DeskTokens deskTokens,
      RoleGrants grants,
      ProblemAnswers problems) {
    return http.securityMatcher("/api/**")
        .csrf(AbstractHttpConfigurer::disable)
        .sessionManagement(
            session -> session.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
        .requestCache(AbstractHttpConfigurer::disable)
        .logout(AbstractHttpConfigurer::disable)
        .formLogin(AbstractHttpConfigurer::disable)
        .httpBasic(AbstractHttpConfigurer::disable)
        .addFilterBefore(
            new PersonalTokenFilter(tokens, deskTokens, grants, problems),
            AnonymousAuthenticationFilter.class)
        .authorizeHttpRequests(
            requests ->
                requests
                    .requestMatchers(HttpMethod.GET, PUBLIC_READING)
                    .permitAll()
                    .requestMatchers(HttpMethod.HEAD, PUBLIC_READING)
                    .permitAll()
                    .requestMatchers(HttpMethod.POST, PUBLIC_WRITING)
                    .permitAll()
                    .anyRequest()
                    .authenticated())
        .exceptionHandling(
            handling ->
                handling
                    .authenticationEntryPoint(
                        (request, response, failure) ->
                            problems.write(
                                request, response, Refusal.of(ProblemType.AUTHENTICATION_REQUIRED)))
                    .accessDeniedHandler(
                        (request, response, failure) ->
                            problems.write(request, response, Refusal.of(ProblemType.FORBIDDEN))))
        .headers(
            headers ->
                headers
                    .contentSecurityPolicy(
                        csp -> csp.policyDirectives("default-src 'none'; frame-ancestors 'none'"))
                    .referrerPolicy(referrer -> referrer.policy(ReferrerPolicy.NO_REFERRER)))
        .build();
  }
}
