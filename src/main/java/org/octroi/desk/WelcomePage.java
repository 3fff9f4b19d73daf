package org.octroi.desk;

import jakarta.servlet.http.HttpServletResponse;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Email;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.List;
import java.util.Locale;
import org.octroi.identity.FirstAdministrator;
import org.octroi.identity.web.Fields;
import org.octroi.problem.ProblemType;
import org.octroi.problem.Problems;
import org.octroi.problem.PublicAddresses;
import org.octroi.problem.Refusal;
import org.octroi.problem.RefusedException;
import org.springframework.context.MessageSource;
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
  private final Problems problems;
  private final MessageSource messages;

  WelcomePage(
      FirstAdministrator firstAdministrator,
      PublicAddresses addresses,
      Problems problems,
      MessageSource messages) {
    this.firstAdministrator = firstAdministrator;
    this.addresses = addresses;
    this.problems = problems;
    this.messages = messages;
  }

  /** A field of the form that must be mended. */
  record FormError(String field, String detail) {}

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
      response.setStatus(ProblemType.INVALID_FIELD.status());
      model.addAttribute(
          "errors",
          checked.getFieldErrors().stream()
              .map(
                  e ->
                      new FormError(
                          e.getField(), label(e.getField(), locale) + ": " + e.getDefaultMessage()))
              .toList());
      return "welcome";
    }
    try {
      model.addAttribute(
          "token",
          firstAdministrator.become(
              link, form.email(), form.displayName(), form.password(), locale));
      model.addAttribute("me", addresses.desk().publicUrl() + "/api/v1/me");
    } catch (RefusedException refused) {
      response.setStatus(refused.refusal().type().status());
      model.addAttribute("errors", errors(refused.refusal(), locale));
    }
    return "welcome";
  }

  private String label(String field, Locale locale) {
    return messages.getMessage(
        "welcome." + ("displayName".equals(field) ? "name" : field), null, locale);
  }

  private List<FormError> errors(Refusal refusal, Locale locale) {
    if (refusal.type() == ProblemType.INVALID_FIELD
        && refusal.members().get("errors") instanceof List<?> errors) {
      return errors.stream()
          .map(Refusal.FieldError.class::cast)
          .map(
              e -> {
                String field = e.pointer().replaceFirst("^/", "");
                return new FormError(field, label(field, locale) + ": " + e.detail());
              })
          .toList();
    }
    if (refusal.type() == ProblemType.LINK_SPENT) {
      return List.of(new FormError("email", messages.getMessage("welcome.spent", null, locale)));
    }
    return List.of(new FormError("email", problems.page(refusal.type(), locale).detail()));
  }
}
