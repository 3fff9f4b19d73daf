package org.octroi.authority;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2ErrorCodes;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** {@code /my/device}: which code does the other screen show (RFC 8628 §3.3)? */
@Controller
class DevicePage {

  static final String ADDRESS = "/my/device";

  /** How it ended: {@code done}, {@code refused} or {@code unknown}. */
  private static final String ENDED = "ended";

  @GetMapping(ADDRESS)
  String form(
      @RequestParam(name = "user_code", required = false) @Nullable String userCode,
      @RequestParam(required = false) @Nullable String ended,
      Model model) {
    model.addAttribute("userCode", userCode);
    model.addAttribute(ENDED, ended == null ? "" : ended);
    return "device";
  }

  static void done(
      HttpServletRequest request, HttpServletResponse response, Authentication verified) {
    show(response, "done");
  }

  static void failed(
      HttpServletRequest request, HttpServletResponse response, AuthenticationException failure) {
    boolean refused =
        failure instanceof OAuth2AuthenticationException oauth
            && OAuth2ErrorCodes.ACCESS_DENIED.equals(oauth.getError().getErrorCode());
    show(response, refused ? "refused" : "unknown");
  }

  private static void show(HttpServletResponse response, String ended) {
    response.setStatus(HttpStatus.SEE_OTHER.value());
    response.setHeader(HttpHeaders.LOCATION, ADDRESS + "?" + ENDED + "=" + ended);
  }
}
