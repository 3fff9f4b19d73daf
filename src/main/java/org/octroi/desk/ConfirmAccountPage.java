package org.octroi.desk;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.octroi.identity.PageGuard;
import org.octroi.issuer.SignInArrival;
import org.octroi.problem.RefusedException;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.validation.BindingResult;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;

/**
 * {@code /sign-in/confirm}: an issuer says that somebody has the address of an account; is it
 * theirs?
 */
@Controller
class ConfirmAccountPage {

  private static final String VIEW = "confirm-account";

  private final SignInArrival arrival;
  private final FormErrors errors;

  ConfirmAccountPage(SignInArrival arrival, FormErrors errors) {
    this.arrival = arrival;
    this.errors = errors;
  }

  /** The form. */
  record Form(@NotNull @Size(max = 1000) String password, @Nullable @Size(max = 40) String code) {

    /** Says nothing of the password. */
    @Override
    public String toString() {
      return "Form[…]";
    }
  }

  @GetMapping(SignInArrival.CONFIRM)
  Object form(HttpServletRequest request, Model model) {
    Optional<String> email = arrival.toConfirm(request);
    if (email.isEmpty()) {
      return SeeOther.at(PageGuard.SIGN_IN);
    }
    model.addAttribute("email", email.get());
    return VIEW;
  }

  @PostMapping(SignInArrival.CONFIRM)
  Object confirm(
      @Valid Form form,
      BindingResult checked,
      Model model,
      Locale locale,
      HttpServletRequest request,
      HttpServletResponse response) {
    Optional<String> email = arrival.toConfirm(request);
    if (email.isEmpty()) {
      return SeeOther.at(PageGuard.SIGN_IN);
    }
    model.addAttribute("email", email.get());
    if (checked.hasErrors()) {
      errors.show(checked, model, locale, response);
      return VIEW;
    }
    try {
      return SeeOther.at(
          arrival.confirm(
              request,
              response,
              form.password(),
              form.code() == null ? "" : form.code(),
              request.getRemoteAddr()));
    } catch (RefusedException refused) {
      errors.show(refused.refusal(), model, locale, response);
      return VIEW;
    }
  }
}
