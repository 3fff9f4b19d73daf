package org.octroi.desk;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.time.Clock;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import org.octroi.identity.PageGuard;
import org.octroi.identity.PageSessions;
import org.octroi.identity.Person;
import org.octroi.identity.SecondFactors;
import org.octroi.identity.SignIn;
import org.octroi.identity.SignInMeans;
import org.octroi.identity.SignedInPerson;
import org.octroi.problem.ProblemType;
import org.octroi.problem.RefusedException;
import org.octroi.vocabulary.PersonId;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.validation.BindingResult;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/**
 * {@code /sign-in}: who are you? {@code /sign-in/code}, where a second factor is on; and {@code
 * /sign-out}.
 */
@Controller
class SignInPage {

  private static final String VIEW = "sign-in";
  private static final String CODE = PageGuard.SIGN_IN + "/code";
  private static final String CODE_VIEW = "sign-in-code";

  private final SignIn signIn;
  private final SecondFactors secondFactors;
  private final PageSessions sessions;
  private final FormErrors errors;
  private final Clock clock;

  SignInPage(
      SignIn signIn,
      SecondFactors secondFactors,
      PageSessions sessions,
      FormErrors errors,
      Clock clock) {
    this.signIn = signIn;
    this.secondFactors = secondFactors;
    this.sessions = sessions;
    this.errors = errors;
    this.clock = clock;
  }

  /** The form. */
  record Form(@NotBlank @Size(max = 254) String email, @NotNull @Size(max = 1000) String password) {

    /** Says nothing of the password. */
    @Override
    public String toString() {
      return "Form[" + email + ", …]";
    }
  }

  @GetMapping(PageGuard.SIGN_IN)
  Object form() {
    return sessions.signedIn().isPresent() ? SeeOther.at("/") : VIEW;
  }

  @PostMapping(PageGuard.SIGN_IN)
  Object signIn(
      @Valid Form form,
      BindingResult checked,
      Model model,
      Locale locale,
      HttpServletRequest request,
      HttpServletResponse response) {
    model.addAttribute("email", form.email());
    if (checked.hasErrors()) {
      errors.show(checked, model, locale, response);
      return VIEW;
    }
    try {
      Instant begun = clock.instant();
      Person person = signIn.check(form.email(), form.password(), request.getRemoteAddr());
      if (secondFactors.isOn(person.id())) {
        sessions.awaitCode(request, person.id(), begun);
        return SeeOther.at(CODE);
      }
      return SeeOther.at(
          sessions.open(request, response, person.id(), SignInMeans.PASSWORD, begun));
    } catch (RefusedException refused) {
      if (refused.refusal().type() == ProblemType.WRONG_CREDENTIALS) {
        errors.show(refused.refusal(), "sign-in.wrong", model, locale, response);
      } else {
        errors.show(refused.refusal(), model, locale, response);
      }
      return VIEW;
    }
  }

  @GetMapping(CODE)
  Object codeForm(HttpServletRequest request) {
    return sessions.awaitedCode(request).isPresent() ? CODE_VIEW : SeeOther.at(PageGuard.SIGN_IN);
  }

  @PostMapping(CODE)
  Object code(
      @RequestParam String code,
      Model model,
      Locale locale,
      HttpServletRequest request,
      HttpServletResponse response) {
    Optional<SignedInPerson> half = sessions.awaitedCode(request);
    if (half.isEmpty()) {
      return SeeOther.at(PageGuard.SIGN_IN);
    }
    PersonId person = half.get().person();
    try {
      secondFactors.check(person, code);
      return SeeOther.at(
          sessions.open(
              request, response, person, SignInMeans.PASSWORD_AND_CODE, half.get().since()));
    } catch (RefusedException refused) {
      if (refused.refusal().type() == ProblemType.WRONG_CREDENTIALS) {
        errors.show(refused.refusal(), "sign-in.code.wrong", model, locale, response);
      } else {
        errors.show(refused.refusal(), model, locale, response);
      }
      return CODE_VIEW;
    }
  }

  @PostMapping("/sign-out")
  Object signOut(HttpServletRequest request, HttpServletResponse response) {
    sessions.close(request, response);
    return SeeOther.at("/");
  }
}
