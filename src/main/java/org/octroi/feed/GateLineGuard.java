package org.octroi.feed;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.octroi.identity.web.ProblemAnswers;
import org.octroi.problem.ProblemType;
import org.octroi.problem.Refusal;
import org.octroi.relay.Question;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.authentication.AnonymousAuthenticationFilter;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * The guard of the gates' line: an enrolled gate's credential in {@code Authorization: Bearer
 * octg_…}, or nothing. No session, no cookie, and no person comes this way.
 */
@Configuration(proxyBeanMethods = false)
class GateLineGuard {

  /** Which gate calls, as an attribute of the request. */
  static final String GATE = "org.octroi.feed.gate";

  @Bean
  @Order(15)
  SecurityFilterChain gateLineSecurity(
      HttpSecurity http, EnrolledGates gates, ProblemAnswers problems) {
    return http.securityMatcher(Question.PATH + "**")
        .csrf(AbstractHttpConfigurer::disable)
        .sessionManagement(
            session -> session.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
        .requestCache(AbstractHttpConfigurer::disable)
        .logout(AbstractHttpConfigurer::disable)
        .formLogin(AbstractHttpConfigurer::disable)
        .httpBasic(AbstractHttpConfigurer::disable)
        .addFilterBefore(new OnlyGates(gates, problems), AnonymousAuthenticationFilter.class)
        .authorizeHttpRequests(requests -> requests.anyRequest().permitAll())
        .build();
  }

  private static final class OnlyGates extends OncePerRequestFilter {

    private static final String SCHEME = "bearer ";

    private final EnrolledGates gates;
    private final ProblemAnswers problems;

    OnlyGates(EnrolledGates gates, ProblemAnswers problems) {
      this.gates = gates;
      this.problems = problems;
    }

    @Override
    protected void doFilterInternal(
        HttpServletRequest request, HttpServletResponse response, FilterChain chain)
        throws ServletException, IOException {
      List<String> sent = Collections.list(request.getHeaders(HttpHeaders.AUTHORIZATION));
      if (sent.isEmpty()) {
        problems.write(request, response, Refusal.of(ProblemType.AUTHENTICATION_REQUIRED));
        return;
      }
      String field = sent.getFirst();
      Optional<GateId> gate =
          sent.size() == 1 && field.toLowerCase(Locale.ROOT).startsWith(SCHEME)
              ? gates.bearing(field.substring(SCHEME.length()).strip())
              : Optional.empty();
      if (gate.isEmpty()) {
        problems.write(request, response, Refusal.of(ProblemType.INVALID_TOKEN));
        return;
      }
      request.setAttribute(GATE, gate.get());
      chain.doFilter(request, response);
    }
  }
}
