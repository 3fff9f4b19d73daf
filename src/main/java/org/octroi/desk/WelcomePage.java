package org.octroi.desk;

import jakarta.servlet.http.HttpServletResponse;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Email;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.Locale;
import org.octroi.identity.FirstAdministrator;
import org.octroi.identity.web.Fields;
import org.octroi.problem.ProblemType;
import org.octroi.problem.PublicAddresses;
import org.octroi.problem.RefusedException;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.validation.BindingResult;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;

/** {@code /welcome/{link}}: the one-time link of the start screen makes the first operator. */
@Controller
class WelcomePage {

  private final FirstAdministrator firstAdministrator;
  private final PublicAddresses addresses;
  private final FormErrors errors;

  WelcomePage(FirstAdministrator firstAdministrator, PublicAddresses addresses, FormErrors errors) {
    this.firstAdministrator = firstAdministrator;
    this.addresses = addresses;
    this.errors = errors;
  }

  /** The form. */
  record Form(
      @NotBlank @Email @Size(max = 254) String email,
      @NotBlank @Size(max = 120) @Pattern(regexp = Fields.LINE) String displayName,
      @NotBlank @Size(max = 1000) String password) {

    /** Says nothing of the password. */
    @Override
    public String toString() {
      return "Form[" + email + ", …]";
    }
  }

  @GetMapping("/welcome/{link}")
  String form(@PathVariable String link, Model model) {
    model.addAttribute("link", link);
    return "welcome";
  }

  @PostMapping("/welcome/{link}")
  String become(
      @PathVariable String link,
      @Valid Form form,
      BindingResult checked,
      Model model,
      Locale locale,
      HttpServletResponse response) {
    model.addAttribute("link", link);
    model.addAttribute("email", form.email());
    model.addAttribute("displayName", form.displayName());
    if (checked.hasErrors()) {
      errors.show(checked, model, locale, response);
      return "welcome";
    }
    try {
      model.addAttribute(
          "token",
          firstAdministrator.become(
              link, form.email(), form.displayName(), form.password(), locale));
      model.addAttribute("me", addresses.desk().publicUrl() + "/api/v1/me");
    } catch (RefusedException refused) {
      if (refused.refusal().type() == ProblemType.LINK_SPENT) {
        errors.show(refused.refusal(), "welcome.spent", model, locale, response);
      } else {
        errors.show(refused.refusal(), model, locale, response);
      }
    }
    return "welcome";
  }
}
