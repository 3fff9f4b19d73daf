package org.octroi.authority;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.ServletServerHttpResponse;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.core.OAuth2ErrorCodes;
import org.springframework.security.oauth2.core.http.converter.OAuth2ErrorHttpMessageConverter;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Refuses a form in which a parameter is there twice (RFC 6749 §3.2). The library does so for the
 * parameters of the endpoint asked, and fails at those that it knows from another.
 */
final class OnceEach extends OncePerRequestFilter {

  /** Those that may be repeated (RFC 8693 §2.1, RFC 8707 §2). */
  private static final Set<String> OFTEN = Set.of("audience", "resource");

  private final Set<String> addresses;
  private final OAuth2ErrorHttpMessageConverter converter = new OAuth2ErrorHttpMessageConverter();

  /**
   * @param addresses to which programs send forms
   */
  OnceEach(Set<String> addresses) {
    this.addresses = addresses;
  }

  @Override
  protected boolean shouldNotFilter(HttpServletRequest request) {
    return !addresses.contains(request.getRequestURI());
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    for (Map.Entry<String, String[]> parameter : request.getParameterMap().entrySet()) {
      if (parameter.getValue().length > 1 && !OFTEN.contains(parameter.getKey())) {
        ServletServerHttpResponse answer = new ServletServerHttpResponse(response);
        answer.setStatusCode(HttpStatus.BAD_REQUEST);
        converter.write(
            new OAuth2Error(
                OAuth2ErrorCodes.INVALID_REQUEST, "A parameter is given more than once", null),
            null,
            answer);
        return;
      }
    }
    chain.doFilter(request, response);
  }
}
