package org.octroi.desk;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Email;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.octroi.identity.PageSessions;
import org.octroi.identity.Person;
import org.octroi.identity.RegisterPerson;
import org.octroi.identity.SignInMeans;
import org.octroi.identity.web.Fields;
import org.octroi.problem.RefusedException;
import org.octroi.vocabulary.ReuserKind;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.validation.BindingResult;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PostMapping;

/** {@code /sign-up}: open an account, and be signed in with it. */
@Controller
class SignUpPage {

  private static final String VIEW = "sign-up";

  private final RegisterPerson register;
  private final PageSessions sessions;
  private final FormErrors errors;
  private final Clock clock;

  SignUpPage(RegisterPerson register, PageSessions sessions, FormErrors errors, Clock clock) {
    this.register = register;
    this.sessions = sessions;
    this.errors = errors;
    this.clock = clock;
  }

  /** The form. */
  record Form(
      @NotBlank @Email @Size(max = 254) String email,
      @NotBlank @Size(max = 120) @Pattern(regexp = Fields.LINE) String displayName,
      @NotNull String reuserKind,
      @NotBlank @Size(max = 1000) String password) {

    /** Says nothing of the password. */
    @Override
    public String toString() {
      return "Form[" + email + ", …]";
    }
  }

  @ModelAttribute("kinds")
  List<String> kinds() {
    return Arrays.stream(ReuserKind.values()).map(ReuserKind::word).toList();
  }

  @GetMapping("/sign-up")
  Object form() {
    return sessions.signedIn().isPresent() ? SeeOther.at("/") : VIEW;
  }

  @PostMapping("/sign-up")
  Object signUp(
      @Valid Form form,
      BindingResult checked,
      Model model,
      Locale locale,
      HttpServletRequest request,
      HttpServletResponse response) {
    model.addAttribute("email", form.email());
    model.addAttribute("displayName", form.displayName());
    model.addAttribute("reuserKind", form.reuserKind());
    if (checked.hasErrors()) {
      errors.show(checked, model, locale, response);
      return VIEW;
    }
    try {
      Instant begun = clock.instant();
      Person person =
          register.open(
              form.email(),
              form.displayName(),
              form.password(),
              Fields.word("/reuserKind", form.reuserKind(), ReuserKind.values(), ReuserKind::word),
              locale,
              request.getRemoteAddr());
      return SeeOther.at(
          sessions.open(request, response, person.id(), SignInMeans.PASSWORD, begun));
    } catch (RefusedException refused) {
      errors.show(refused.refusal(), model, locale, response);
      return VIEW;
    }
  }
}
