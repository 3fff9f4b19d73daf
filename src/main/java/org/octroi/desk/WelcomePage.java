package org.octroi.desk;

import jakarta.servlet.http.HttpServletResponse;
import java.util.List;
import java.util.Locale;
import org.octroi.identity.FirstAdministrator;
import org.octroi.problem.ProblemType;
import org.octroi.problem.PublicAddresses;
import org.octroi.problem.Refusal;
import org.octroi.problem.RefusedException;
import org.springframework.context.MessageSource;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** {@code /welcome/{link}}: the one-time link of the start screen makes the first operator. */
@Controller
class WelcomePage {

  private final FirstAdministrator firstAdministrator;
  private final PublicAddresses addresses;
  private final MessageSource messages;

  WelcomePage(
      FirstAdministrator firstAdministrator, PublicAddresses addresses, MessageSource messages) {
    this.firstAdministrator = firstAdministrator;
    this.addresses = addresses;
    this.messages = messages;
  }

  /** A field of the form that must be mended. */
  record FormError(String field, String detail) {}

  @GetMapping("/welcome/{link}")
  String form(@PathVariable String link, Model model) {
    model.addAttribute("link", link);
    return "welcome";
  }

  @PostMapping("/welcome/{link}")
  String become(
      @PathVariable String link,
      @RequestParam String email,
      @RequestParam String displayName,
      @RequestParam String password,
      Model model,
      Locale locale,
      HttpServletResponse response) {
    model.addAttribute("link", link);
    model.addAttribute("email", email);
    model.addAttribute("displayName", displayName);
    try {
      model.addAttribute("token", firstAdministrator.become(link, email, displayName, password));
      model.addAttribute("me", addresses.desk().publicUrl() + "/api/v1/me");
    } catch (RefusedException refused) {
      response.setStatus(refused.refusal().type().status());
      model.addAttribute("errors", errors(refused.refusal(), locale));
    }
    return "welcome";
  }

  private List<FormError> errors(Refusal refusal, Locale locale) {
    if (refusal.type() == ProblemType.INVALID_FIELD
        && refusal.members().get("errors") instanceof List<?> errors) {
      return errors.stream()
          .map(Refusal.FieldError.class::cast)
          .map(e -> new FormError(e.pointer().replaceFirst("^/", ""), e.detail()))
          .toList();
    }
    return List.of(new FormError("email", messages.getMessage("welcome.spent", null, locale)));
  }
}
