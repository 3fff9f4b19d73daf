package org.octroi.authority;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AccessTokenAuthenticationToken;
import org.springframework.security.oauth2.server.authorization.web.authentication.OAuth2AccessTokenResponseAuthenticationSuccessHandler;
import org.springframework.security.web.authentication.AuthenticationSuccessHandler;

/**
 * Answers with a token, and says which of the {@code authorization_details} asked for here it has
 * (RFC 9396 §7).
 */
final class TokenAnswers implements AuthenticationSuccessHandler {

  private final AskedAccess asked;

  TokenAnswers(AskedAccess asked) {
    this.asked = asked;
  }

  @Override
  public void onAuthenticationSuccess(
      HttpServletRequest request, HttpServletResponse response, Authentication granted)
      throws IOException, ServletException {
    String[] sent = request.getParameterValues(AccessDetail.PARAMETER);
    OAuth2AccessTokenResponseAuthenticationSuccessHandler answer =
        new OAuth2AccessTokenResponseAuthenticationSuccessHandler();
    if (sent != null && granted instanceof OAuth2AccessTokenAuthenticationToken token) {
      List<Map<String, Object>> details =
          asked.details(Map.of(AccessDetail.PARAMETER, sent)).stream()
              .filter(detail -> token.getAccessToken().getScopes().containsAll(detail.scopes()))
              .map(AccessDetail::json)
              .toList();
      if (!details.isEmpty()) {
        Map<String, Object> more = new HashMap<>(token.getAdditionalParameters());
        more.put(AccessDetail.PARAMETER, details);
        answer.setAccessTokenResponseCustomizer(
            context -> context.getAccessTokenResponse().additionalParameters(more));
      }
    }
    answer.onAuthenticationSuccess(request, response, granted);
  }
}
