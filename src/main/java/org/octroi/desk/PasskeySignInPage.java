package org.octroi.desk;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Clock;
import java.time.Instant;
import java.util.Locale;
import org.octroi.identity.PageGuard;
import org.octroi.identity.PageSessions;
import org.octroi.identity.Passkeys;
import org.octroi.identity.SignInMeans;
import org.octroi.problem.RefusedException;
import org.octroi.vocabulary.PersonId;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/**
 * {@code /sign-in/passkey}: the way in by a passkey, from the page {@code /sign-in}. The browser is
 * asked by a script (WebAuthn has no other way); what it answers comes as a form like any other. A
 * passkey is two factors already, so no code is asked for after it.
 */
@Controller
class PasskeySignInPage {

  private static final String PATH = PageGuard.SIGN_IN + "/passkey";

  private final Passkeys passkeys;
  private final PageSessions sessions;
  private final PasskeyRefused refusals;
  private final Clock clock;

  PasskeySignInPage(
      Passkeys passkeys, PageSessions sessions, PasskeyRefused refusals, Clock clock) {
    this.passkeys = passkeys;
    this.sessions = sessions;
    this.refusals = refusals;
    this.clock = clock;
  }

  /** What the script is to ask the browser for. */
  @PostMapping(PATH + "/options")
  ResponseEntity<String> options(HttpServletResponse response) {
    return passkeys.isPossible()
        ? ResponseEntity.ok().contentType(MediaType.APPLICATION_JSON).body(passkeys.ask(response))
        : ResponseEntity.notFound().build();
  }

  /** A page that was refused, opened anew. */
  @GetMapping(PATH)
  Object again() {
    return SeeOther.at(PageGuard.SIGN_IN);
  }

  @PostMapping(PATH)
  Object signIn(
      @RequestParam(defaultValue = "") String credential,
      Model model,
      Locale locale,
      HttpServletRequest request,
      HttpServletResponse response) {
    try {
      Instant begun = clock.instant();
      PersonId person = passkeys.check(request, response, credential);
      return SeeOther.at(sessions.open(request, response, person, SignInMeans.PASSKEY, begun));
    } catch (RefusedException refused) {
      refusals.show(refused.refusal(), model, locale, response);
      return "sign-in";
    }
  }
}
