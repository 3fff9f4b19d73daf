package org.octroi.identity;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import org.jspecify.annotations.Nullable;
import org.octroi.problem.PublicAddresses;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.web.AuthenticationEntryPoint;
import org.springframework.security.web.authentication.AnonymousAuthenticationFilter;
import org.springframework.security.web.csrf.CookieCsrfTokenRepository;
import org.springframework.security.web.csrf.CsrfTokenRepository;
import org.springframework.security.web.savedrequest.HttpSessionRequestCache;
import org.springframework.security.web.savedrequest.RequestCache;
import org.springframework.stereotype.Component;

/**
 * What the guards of all pages have in common, so that whoever signs in at one is signed in at all:
 * the session, the token in each form, and the way to {@code /sign-in} and back. A chain of pages
 * takes it by {@link #on}, and says itself which of its pages need somebody.
 */
@Component
public class PageGuard implements AuthenticationEntryPoint {

  /** Where people sign in. */
  public static final String SIGN_IN = "/sign-in";

  private static final int ASKED_TO_SIGN_IN_SECONDS = 1800;

  private final RequestCache saved;
  private final CsrfTokenRepository csrf;
  private final SessionCheck check;

  PageGuard(RequestCache saved, CsrfTokenRepository csrf, SessionCheck check) {
    this.saved = saved;
    this.csrf = csrf;
    this.check = check;
  }

  /** Sets it up on a chain. */
  public HttpSecurity on(HttpSecurity http) {
    return http.csrf(forms -> forms.csrfTokenRepository(csrf))
        .requestCache(cache -> cache.requestCache(saved))
        .exceptionHandling(handling -> handling.authenticationEntryPoint(this))
        .addFilterBefore(check, AnonymousAuthenticationFilter.class)
        .formLogin(AbstractHttpConfigurer::disable)
        .httpBasic(AbstractHttpConfigurer::disable)
        .logout(AbstractHttpConfigurer::disable);
  }

  /** Sends somebody to sign in; the request that they made is saved by then. */
  @Override
  public void commence(
      HttpServletRequest request, HttpServletResponse response, AuthenticationException failure) {
    // A session that only remembers where somebody wanted to go is not kept for long.
    HttpSession waiting = request.getSession(false);
    if (waiting != null) {
      waiting.setMaxInactiveInterval(ASKED_TO_SIGN_IN_SECONDS);
    }
    response.setStatus(HttpStatus.SEE_OTHER.value());
    response.setHeader(HttpHeaders.LOCATION, SIGN_IN);
  }

  /** Keeps where somebody wanted to go; the request itself is made anew by their browser. */
  private static final class AddressesOnly extends HttpSessionRequestCache {

    @SuppressWarnings("NullAway") // Its own words: null for none.
    AddressesOnly() {
      setMatchingRequestParameterName(null);
    }

    @Override
    public @Nullable HttpServletRequest getMatchingRequest(
        HttpServletRequest request, HttpServletResponse response) {
      return null;
    }
  }

  /** What the guard and the sessions share. */
  @Configuration(proxyBeanMethods = false)
  static class Parts {

    @Bean
    RequestCache savedRequests() {
      HttpSessionRequestCache cache = new AddressesOnly();
      cache.setRequestMatcher(
          request -> "GET".equals(request.getMethod()) && !SessionCheck.isAsset(request));
      return cache;
    }

    /**
     * The forms' token in a cookie of its own: one in a session would begin a session for each
     * passer-by who sees a form.
     */
    @Bean
    CsrfTokenRepository formTokens(PublicAddresses addresses) {
      CookieCsrfTokenRepository tokens = new CookieCsrfTokenRepository();
      tokens.setCookieName(CookieNames.of(addresses, "octroi-form"));
      tokens.setCookiePath("/");
      tokens.setCookieCustomizer(
          cookie -> cookie.httpOnly(true).secure(CookieNames.secure(addresses)).sameSite("Lax"));
      return tokens;
    }
  }
}
