package org.octroi.desk;

import org.octroi.identity.PageGuard;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.header.writers.ReferrerPolicyHeaderWriter.ReferrerPolicy;

/**
 * The guard of everything that is neither the API nor the authorization server: pages, which have a
 * session and so a CSRF token in each form. Nothing inline is run: scripts and styles are files of
 * ours. The last of the chains, so that no address is without one.
 */
@Configuration(proxyBeanMethods = false)
class PageSecurity {

  private static final String CONTENT_POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
          + " font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none';"
          + " frame-ancestors 'none'";

  @Bean
  @Order(90)
  SecurityFilterChain pages(HttpSecurity http, PageGuard guard) {
    return guard
        .on(http)
        .authorizeHttpRequests(
            requests -> requests.requestMatchers("/my/**").authenticated().anyRequest().permitAll())
        .headers(
            headers ->
                headers
                    .contentSecurityPolicy(csp -> csp.policyDirectives(CONTENT_POLICY))
                    .frameOptions(frames -> frames.deny())
                    .referrerPolicy(referrer -> referrer.policy(ReferrerPolicy.NO_REFERRER))
                    .permissionsPolicyHeader(
                        permissions ->
                            permissions.policy("camera=(), geolocation=(), microphone=()")))
        .build();
  }
}
