package org.octroi.identity;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.octroi.identity.web.ProblemAnswers;
import org.octroi.problem.ProblemType;
import org.octroi.problem.Refusal;
import org.octroi.vocabulary.Caller;
import org.octroi.vocabulary.SignedIn;
import org.springframework.http.HttpHeaders;
import org.springframework.security.authentication.AbstractAuthenticationToken;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Makes a {@link Caller} of {@code Authorization: Bearer octp_…}, or of the token of an application
 * that somebody let act for them (RFC 6750 §2.1, in the header only). A bad token is refused, also
 * where none is needed: it is never treated as nobody's.
 */
final class PersonalTokenFilter extends OncePerRequestFilter {

  private static final String SCHEME = "bearer ";

  private static final Set<String> READING = Set.of("GET", "HEAD", "OPTIONS");

  private final PersonalTokens tokens;
  private final DeskTokens deskTokens;
  private final RoleGrants grants;
  private final ProblemAnswers problems;

  PersonalTokenFilter(
      PersonalTokens tokens, DeskTokens deskTokens, RoleGrants grants, ProblemAnswers problems) {
    this.tokens = tokens;
    this.deskTokens = deskTokens;
    this.grants = grants;
    this.problems = problems;
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    List<String> sent = Collections.list(request.getHeaders(HttpHeaders.AUTHORIZATION));
    if (sent.isEmpty()) {
      chain.doFilter(request, response);
      return;
    }
    String field = sent.getFirst();
    if (sent.size() > 1 || !field.toLowerCase(Locale.ROOT).startsWith(SCHEME)) {
      problems.write(request, response, Refusal.of(ProblemType.AUTHENTICATION_REQUIRED));
      return;
    }
    String token = field.substring(SCHEME.length()).strip();
    if (token.startsWith(DeskTokens.PREFIX)) {
      ofApplication(token, request, response, chain);
      return;
    }
    switch (tokens.verify(token)) {
      case PersonalTokens.Verdict.Of(var person) ->
          as(grants.caller(person, SignedIn.PERSONAL_TOKEN), request, response, chain);
      case PersonalTokens.Verdict.Expired expired ->
          problems.write(request, response, Refusal.of(ProblemType.EXPIRED_TOKEN));
      case PersonalTokens.Verdict.Unknown unknown ->
          problems.write(request, response, Refusal.of(ProblemType.INVALID_TOKEN));
    }
  }

  private void ofApplication(
      String token, HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    Optional<DeskTokens.Held> held = deskTokens.find(token);
    if (held.isEmpty()) {
      problems.write(request, response, Refusal.of(ProblemType.INVALID_TOKEN));
    } else if (!held.get().mayChange() && !READING.contains(request.getMethod())) {
      problems.write(request, response, Refusal.of(ProblemType.READING_ONLY));
    } else {
      as(grants.caller(held.get().person(), SignedIn.APPLICATION), request, response, chain);
    }
  }

  private static void as(
      Caller caller, HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    SecurityContext context = SecurityContextHolder.createEmptyContext();
    context.setAuthentication(new CalledByToken(caller));
    SecurityContextHolder.setContext(context);
    try {
      chain.doFilter(request, response);
    } finally {
      SecurityContextHolder.clearContext();
    }
  }

  /** Somebody known by a token. */
  private static final class CalledByToken extends AbstractAuthenticationToken {

    private static final long serialVersionUID = 1L;

    private final transient Caller caller;

    CalledByToken(Caller caller) {
      super(List.of());
      this.caller = caller;
      setAuthenticated(true);
    }

    @Override
    public Object getCredentials() {
      return "";
    }

    @Override
    public Object getPrincipal() {
      return caller;
    }

    @Override
    public String getName() {
      return caller.person().toString();
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof CalledByToken token && caller.equals(token.caller);
    }

    @Override
    public int hashCode() {
      return caller.hashCode();
    }
  }
}
