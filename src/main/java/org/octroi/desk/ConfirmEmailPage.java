package org.octroi.desk;

import jakarta.servlet.http.HttpServletResponse;
import java.util.Locale;
import org.octroi.identity.EmailConfirmation;
import org.octroi.problem.RefusedException;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;

/**
 * {@code /confirm-email/{link}}: is this address yours? Opening the page confirms nothing, since
 * programs that look into letters open their links too.
 */
@Controller
class ConfirmEmailPage {

  private static final String VIEW = "confirm-email";

  private final EmailConfirmation confirmation;
  private final FormErrors errors;

  ConfirmEmailPage(EmailConfirmation confirmation, FormErrors errors) {
    this.confirmation = confirmation;
    this.errors = errors;
  }

  @GetMapping("/confirm-email/{link}")
  String ask(@PathVariable String link, Model model) {
    model.addAttribute("link", link);
    return VIEW;
  }

  @PostMapping("/confirm-email/{link}")
  String confirm(
      @PathVariable String link, Model model, Locale locale, HttpServletResponse response) {
    model.addAttribute("link", link);
    try {
      model.addAttribute("confirmed", confirmation.confirm(link).email());
    } catch (RefusedException refused) {
      errors.show(refused.refusal(), "confirm-email.spent", model, locale, response);
    }
    return VIEW;
  }
}
