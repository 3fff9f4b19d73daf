package org.octroi.desk;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Email;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import java.util.Locale;
import org.octroi.identity.Passkeys;
import org.octroi.identity.ResetPassword;
import org.octroi.problem.ProblemType;
import org.octroi.problem.RefusedException;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.validation.BindingResult;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;

/**
 * {@code /forgot-password}: where shall a link be mailed to? And {@code /reset-password/{link}},
 * where it leads.
 */
@Controller
class ForgottenPasswordPage {

  private static final String ASK = "forgot-password";
  private static final String SET = "reset-password";

  private final ResetPassword reset;
  private final Passkeys passkeys;
  private final FormErrors errors;

  ForgottenPasswordPage(ResetPassword reset, Passkeys passkeys, FormErrors errors) {
    this.reset = reset;
    this.passkeys = passkeys;
    this.errors = errors;
  }

  /** Who asks. */
  record Ask(@NotBlank @Email @Size(max = 254) String email) {}

  /** The new password. */
  record NewPassword(@NotBlank @Size(max = 1000) String password) {

    /** Says nothing of the password. */
    @Override
    public String toString() {
      return "NewPassword[…]";
    }
  }

  @GetMapping("/forgot-password")
  String form(Model model) {
    model.addAttribute("mailed", reset.isMailed());
    return ASK;
  }

  @PostMapping("/forgot-password")
  String ask(
      @Valid Ask form,
      BindingResult checked,
      Model model,
      Locale locale,
      HttpServletRequest request,
      HttpServletResponse response) {
    model.addAttribute("mailed", reset.isMailed());
    model.addAttribute("email", form.email());
    if (checked.hasErrors()) {
      errors.show(checked, model, locale, response);
      return ASK;
    }
    try {
      reset.ask(form.email(), request.getRemoteAddr());
      model.addAttribute("asked", true);
    } catch (RefusedException refused) {
      errors.show(refused.refusal(), model, locale, response);
    }
    return ASK;
  }

  @GetMapping("/reset-password/{link}")
  String newPassword(@PathVariable String link, Model model, HttpServletResponse response) {
    model.addAttribute("link", link);
    if (!reset.isOpen(link)) {
      response.setStatus(ProblemType.LINK_SPENT.status());
      model.addAttribute("spent", true);
    }
    return SET;
  }

  @PostMapping("/reset-password/{link}")
  String set(
      @PathVariable String link,
      @Valid NewPassword form,
      BindingResult checked,
      Model model,
      Locale locale,
      HttpServletResponse response) {
    model.addAttribute("link", link);
    if (checked.hasErrors()) {
      errors.show(checked, model, locale, response);
      return SET;
    }
    try {
      model.addAttribute("passkeys", passkeys.of(reset.set(link, form.password())));
      model.addAttribute("done", true);
    } catch (RefusedException refused) {
      if (refused.refusal().type() == ProblemType.LINK_SPENT) {
        model.addAttribute("spent", true);
        response.setStatus(ProblemType.LINK_SPENT.status());
      } else {
        errors.show(refused.refusal(), model, locale, response);
      }
    }
    return SET;
  }
}
