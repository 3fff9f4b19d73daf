package org.octroi.desk;

import jakarta.servlet.http.HttpServletResponse;
import java.util.Locale;
import org.octroi.identity.PasskeyObjection;
import org.octroi.problem.Refusal;
import org.springframework.stereotype.Component;
import org.springframework.ui.Model;

/** Says why a passkey is not taken, each reason in its own sentence. */
@Component
class PasskeyRefused {

  private final FormErrors errors;

  PasskeyRefused(FormErrors errors) {
    this.errors = errors;
  }

  void show(Refusal refusal, Model model, Locale locale, HttpServletResponse response) {
    PasskeyObjection.in(refusal)
        .ifPresentOrElse(
            word -> errors.show(refusal, "passkey.refused." + word, model, locale, response),
            () -> errors.show(refusal, model, locale, response));
  }
}
