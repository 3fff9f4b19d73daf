package org.octroi.authority;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.octroi.identity.web.ProblemAnswers;
import org.octroi.problem.ProblemType;
import org.octroi.problem.Refusal;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AuthorizationCodeRequestAuthenticationException;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AuthorizationCodeRequestAuthenticationToken;
import org.springframework.security.web.authentication.AuthenticationFailureHandler;
import org.springframework.security.web.authentication.AuthenticationSuccessHandler;
import org.springframework.web.util.UriComponentsBuilder;
import org.springframework.web.util.UriUtils;

/**
 * Sends people back to the application with its answer, and says whose answer it is (RFC 9207), so
 * that no application takes it for another server's. Where it is not sure that the address is the
 * application's, nobody is sent anywhere.
 */
final class ToClients implements AuthenticationSuccessHandler, AuthenticationFailureHandler {

  private final String issuer;
  private final ProblemAnswers problems;

  ToClients(String issuer, ProblemAnswers problems) {
    this.issuer = issuer;
    this.problems = problems;
  }

  @Override
  public void onAuthenticationSuccess(
      HttpServletRequest request, HttpServletResponse response, Authentication authentication)
      throws IOException {
    OAuth2AuthorizationCodeRequestAuthenticationToken granted =
        (OAuth2AuthorizationCodeRequestAuthenticationToken) authentication;
    Map<String, @Nullable String> answer = new LinkedHashMap<>();
    answer.put("code", Objects.requireNonNull(granted.getAuthorizationCode()).getTokenValue());
    send(response, Objects.requireNonNull(granted.getRedirectUri()), answer, granted.getState());
  }

  @Override
  public void onAuthenticationFailure(
      HttpServletRequest request, HttpServletResponse response, AuthenticationException failure)
      throws IOException, ServletException {
    OAuth2AuthorizationCodeRequestAuthenticationException refused =
        (OAuth2AuthorizationCodeRequestAuthenticationException) failure;
    @Nullable OAuth2AuthorizationCodeRequestAuthenticationToken asked =
        refused.getAuthorizationCodeRequestAuthentication();
    OAuth2Error error = refused.getError();
    if (asked == null || asked.getRedirectUri() == null || asked.getRedirectUri().isEmpty()) {
      refuse(request, response, said(error));
      return;
    }
    Map<String, @Nullable String> answer = new LinkedHashMap<>();
    answer.put("error", error.getErrorCode());
    answer.put("error_description", error.getDescription());
    send(response, asked.getRedirectUri(), answer, asked.getState());
  }

  private void refuse(HttpServletRequest request, HttpServletResponse response, String why)
      throws IOException, ServletException {
    @Nullable String accepts = request.getHeader(HttpHeaders.ACCEPT);
    if (accepts == null || !accepts.contains(MediaType.TEXT_HTML_VALUE)) {
      problems.write(request, response, Refusal.of(ProblemType.AUTHORIZATION_REQUEST_REFUSED, why));
      return;
    }
    request.setAttribute(RefusedPage.WHY, why);
    // What was posted went no further; the page of it is only read.
    request
        .getRequestDispatcher(RefusedPage.ADDRESS)
        .forward(
            new HttpServletRequestWrapper(request) {
              @Override
              public String getMethod() {
                return HttpMethod.GET.name();
              }
            },
            response);
  }

  private static String said(OAuth2Error error) {
    return error.getErrorCode()
        + (error.getDescription() == null ? "" : ": " + error.getDescription());
  }

  private void send(
      HttpServletResponse response,
      String redirectUri,
      Map<String, @Nullable String> answer,
      @Nullable String state)
      throws IOException {
    answer.put("state", state);
    answer.put("iss", issuer);
    UriComponentsBuilder address = UriComponentsBuilder.fromUriString(redirectUri);
    answer.forEach(
        (name, value) -> {
          if (value != null && !value.isEmpty()) {
            address.queryParam(name, UriUtils.encode(value, StandardCharsets.UTF_8));
          }
        });
    response.sendRedirect(address.build(true).toUriString());
  }
}
