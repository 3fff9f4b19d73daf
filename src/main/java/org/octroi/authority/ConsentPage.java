package org.octroi.authority;

import jakarta.servlet.http.HttpServletResponse;
import java.net.URI;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.octroi.identity.Applications;
import org.octroi.identity.RegisteredApplication;
import org.octroi.problem.ProblemType;
import org.octroi.problem.Problems;
import org.octroi.vocabulary.ApplicationId;
import org.octroi.vocabulary.Caller;
import org.springframework.security.oauth2.core.endpoint.OAuth2AuthorizationRequest;
import org.springframework.security.oauth2.core.endpoint.OAuth2ParameterNames;
import org.springframework.security.oauth2.core.oidc.OidcScopes;
import org.springframework.security.oauth2.server.authorization.OAuth2Authorization;
import org.springframework.security.oauth2.server.authorization.OAuth2TokenType;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** {@code /my/consent}: may this application do that for you? */
@Controller
class ConsentPage {

  static final String ADDRESS = "/my/consent";

  private static final String CONTENT_POLICY =
      "default-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self';"
          + " form-action 'self'%s; base-uri 'none'; frame-ancestors 'none'";

  private final Authorizations authorizations;
  private final Applications applications;
  private final Problems problems;

  ConsentPage(Authorizations authorizations, Applications applications, Problems problems) {
    this.authorizations = authorizations;
    this.applications = applications;
    this.problems = problems;
  }

  /** Something that is asked for: which words say it, and of which dataset. */
  record Asked(String scope, String words, String dataset) {

    static Asked of(String scope) {
      if (scope.startsWith("octroi:")) {
        int action = scope.lastIndexOf(':');
        return new Asked(
            scope,
            "consent.scope." + scope.substring(action + 1),
            scope.substring("octroi:".length(), action));
      }
      return new Asked(
          scope,
          switch (scope) {
            case AskedAccess.DESK -> "consent.scope.desk";
            case AskedAccess.DESK_READ -> "consent.scope.desk-read";
            case OidcScopes.OPENID -> "consent.scope.openid";
            default -> throw new IllegalStateException("Nobody can ask for " + scope);
          },
          "");
    }
  }

  /**
   * What is asked is read from where it was kept, not from the address: who sends somebody a link
   * to this page chooses no words of it.
   */
  @GetMapping(ADDRESS)
  String ask(
      @RequestParam String state,
      @RequestParam(name = OAuth2ParameterNames.USER_CODE, required = false)
          @Nullable String userCode,
      Model model,
      Caller caller,
      Locale locale,
      HttpServletResponse response) {
    @Nullable OAuth2Authorization asked =
        authorizations.findByToken(state, new OAuth2TokenType(OAuth2ParameterNames.STATE));
    if (asked == null || !asked.getPrincipalName().equals(caller.person().toString())) {
      return RefusedPage.problem(problems.page(ProblemType.LINK_SPENT, locale), model, response);
    }
    RegisteredApplication application =
        applications.find(ApplicationId.of(asked.getRegisteredClientId())).orElseThrow();
    @Nullable OAuth2AuthorizationRequest request =
        asked.getAttribute(OAuth2AuthorizationRequest.class.getName());
    model.addAttribute("program", application.name());
    model.addAttribute("owner", application.ownerName());
    model.addAttribute("clientId", application.clientId());
    model.addAttribute("state", state);
    model.addAttribute("asked", scopes(asked, request).stream().map(Asked::of).toList());
    model.addAttribute("userCode", userCode);
    model.addAttribute(
        "action", request == null ? "/oauth2/device_verification" : "/oauth2/authorize");
    if (request != null) {
      model.addAttribute("back", request.getRedirectUri());
    }
    // Browsers hold a form to this policy where it sends them on, too.
    response.setHeader(
        "Content-Security-Policy",
        CONTENT_POLICY.formatted(request == null ? "" : " " + origin(request.getRedirectUri())));
    return "consent";
  }

  private static Collection<String> scopes(
      OAuth2Authorization asked, @Nullable OAuth2AuthorizationRequest request) {
    if (request != null) {
      return new TreeSet<>(request.getScopes());
    }
    @Nullable Collection<String> scopes = asked.getAttribute(OAuth2ParameterNames.SCOPE);
    return scopes == null ? List.of() : new TreeSet<>(scopes);
  }

  private static String origin(@Nullable String redirectUri) {
    if (redirectUri == null) {
      return "";
    }
    URI uri = URI.create(redirectUri);
    return uri.getRawAuthority() == null
        ? uri.getScheme() + ":"
        : uri.getScheme() + "://" + uri.getRawAuthority();
  }
}
