package org.octroi.identity;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
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
 * Makes a {@link Caller} of {@code Authorization: Bearer octp_…} (RFC 6750 §2.1, in the header
 * only). A bad token is refused, also where none is needed: it is never treated as nobody's.
 */
final class PersonalTokenFilter extends OncePerRequestFilter {

  private static final String SCHEME = "bearer ";

  private final PersonalTokens tokens;
  private final RoleGrants grants;
  private final ProblemAnswers problems;

  PersonalTokenFilter(PersonalTokens tokens, RoleGrants grants, ProblemAnswers problems) {
    this.tokens = tokens;
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
    switch (tokens.verify(field.substring(SCHEME.length()).strip())) {
      case PersonalTokens.Verdict.Of(var person) -> {
        SecurityContext context = SecurityContextHolder.createEmptyContext();
        context.setAuthentication(
            new CalledByToken(grants.caller(person, SignedIn.PERSONAL_TOKEN)));
        SecurityContextHolder.setContext(context);
        try {
          chain.doFilter(request, response);
        } finally {
          SecurityContextHolder.clearContext();
        }
      }
      case PersonalTokens.Verdict.Expired expired ->
          problems.write(request, response, Refusal.of(ProblemType.EXPIRED_TOKEN));
      case PersonalTokens.Verdict.Unknown unknown ->
          problems.write(request, response, Refusal.of(ProblemType.INVALID_TOKEN));
    }
  }

  /** Somebody known by a personal token. */
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
