package org.octroi.desk;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import java.time.Clock;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.octroi.identity.ChangePassword;
import org.octroi.identity.EmailConfirmation;
import org.octroi.identity.EraseAccount;
import org.octroi.identity.ExportAccount;
import org.octroi.identity.PageSessions;
import org.octroi.identity.Passkeys;
import org.octroi.identity.People;
import org.octroi.identity.SecondFactors;
import org.octroi.identity.SignInMeans;
import org.octroi.problem.RefusedException;
import org.octroi.vocabulary.Caller;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.validation.BindingResult;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** {@code /my/security}: by what am I known here, and how do I change it? */
@Controller
class SecurityPage {

  static final String PATH = "/my/security";
  private static final String FACTOR = PATH + "/code";
  private static final String VIEW = "my-security";
  private static final String FACTOR_VIEW = "my-security-code";
  private static final Set<String> SAID =
      Set.of("sent", "changed", "factor-off", "passkey-added", "passkey-removed");

  private final ChangePassword change;
  private final EmailConfirmation confirmation;
  private final SecondFactors secondFactors;
  private final Passkeys passkeys;
  private final ExportAccount export;
  private final EraseAccount erase;
  private final People people;
  private final PageSessions sessions;
  private final FormErrors errors;
  private final Clock clock;

  SecurityPage(
      ChangePassword change,
      EmailConfirmation confirmation,
      SecondFactors secondFactors,
      Passkeys passkeys,
      ExportAccount export,
      EraseAccount erase,
      People people,
      PageSessions sessions,
      FormErrors errors,
      Clock clock) {
    this.change = change;
    this.confirmation = confirmation;
    this.secondFactors = secondFactors;
    this.passkeys = passkeys;
    this.export = export;
    this.erase = erase;
    this.people = people;
    this.sessions = sessions;
    this.errors = errors;
    this.clock = clock;
  }

  /** A password in the place of another. */
  record PasswordForm(
      @NotBlank @Size(max = 1000) String oldPassword,
      @NotBlank @Size(max = 1000) String newPassword) {

    /** Says nothing of the passwords. */
    @Override
    public String toString() {
      return "PasswordForm[…]";
    }
  }

  @GetMapping(PATH)
  String show(
      Caller caller,
      Model model,
      Locale locale,
      @RequestParam(required = false) @Nullable String done) {
    if (done != null && SAID.contains(done)) {
      model.addAttribute("done", done);
    }
    return show(caller, model, locale);
  }

  private String show(Caller caller, Model model, Locale locale) {
    model.addAttribute("me", people.find(caller.person()).orElseThrow());
    model.addAttribute("required", confirmation.isRequired());
    model.addAttribute("byOperator", confirmation.isByOperator());
    model.addAttribute("factorOn", secondFactors.isOn(caller.person()));
    model.addAttribute("passkeysPossible", passkeys.isPossible());
    model.addAttribute("passkeys", PasskeyRow.of(passkeys.of(caller.person()), locale));
    return VIEW;
  }

  @PostMapping(PATH + "/confirmation-link")
  Object sendLink(Caller caller) {
    confirmation.sendAgain(caller.person());
    return done("sent");
  }

  @PostMapping(PATH + "/password")
  Object changePassword(
      @Valid PasswordForm form,
      BindingResult checked,
      Caller caller,
      Model model,
      Locale locale,
      HttpServletRequest request,
      HttpServletResponse response) {
    if (checked.hasErrors()) {
      errors.show(checked, model, locale, response);
      return show(caller, model, locale);
    }
    try {
      change.handle(
          caller.person(), form.oldPassword(), form.newPassword(), request.getRemoteAddr());
      sessions.open(request, response, caller.person(), SignInMeans.PASSWORD, clock.instant());
      return done("changed");
    } catch (RefusedException refused) {
      errors.show(refused.refusal(), model, locale, response);
      return show(caller, model, locale);
    }
  }

  @PostMapping(PATH + "/second-factor")
  Object begin(
      @RequestParam String password,
      Caller caller,
      Model model,
      Locale locale,
      HttpServletRequest request,
      HttpServletResponse response) {
    try {
      change.confirmPassword(caller.person(), "/yourPassword", password, request.getRemoteAddr());
      if (secondFactors.isOn(caller.person())) {
        secondFactors.turnOff(caller.person());
        return done("factor-off");
      }
      secondFactors.begin(caller.person());
      return SeeOther.at(FACTOR);
    } catch (RefusedException refused) {
      errors.show(refused.refusal(), model, locale, response);
      return show(caller, model, locale);
    }
  }

  @GetMapping(PATH + "/account.json")
  ResponseEntity<ExportAccount.Export> export(Caller caller) {
    return ResponseEntity.ok()
        // A browser that asks for pages alone takes a file too.
        .contentType(MediaType.APPLICATION_JSON)
        .header(HttpHeaders.CONTENT_DISPOSITION, ExportAccount.FILE)
        .body(export.of(caller.person()));
  }

  @PostMapping(PATH + "/erase")
  Object erase(
      @RequestParam String password,
      Caller caller,
      Model model,
      Locale locale,
      HttpServletRequest request,
      HttpServletResponse response) {
    try {
      change.confirmPassword(caller.person(), "/yourPassword", password, request.getRemoteAddr());
      erase.handle(caller);
      sessions.close(request, response);
      return SeeOther.at("/");
    } catch (RefusedException refused) {
      errors.show(refused.refusal(), model, locale, response);
      return show(caller, model, locale);
    }
  }

  @GetMapping(FACTOR)
  Object device(Caller caller, Model model) {
    Optional<SecondFactors.Seed> seed = secondFactors.seed(caller.person());
    if (seed.isEmpty()) {
      return SeeOther.at(PATH);
    }
    model.addAttribute("seed", seed.get().text().replaceAll("(.{4})(?!$)", "$1 "));
    model.addAttribute("qr", QrCode.of(seed.get().address()));
    return FACTOR_VIEW;
  }

  @PostMapping(FACTOR)
  Object prove(
      @RequestParam String code,
      Caller caller,
      Model model,
      Locale locale,
      HttpServletResponse response) {
    try {
      model.addAttribute("recovery", secondFactors.prove(caller.person(), code));
      return FACTOR_VIEW;
    } catch (RefusedException refused) {
      errors.show(refused.refusal(), model, locale, response);
      return device(caller, model);
    }
  }

  /** What was done is said on the page that they go on with. */
  static Object done(String what) {
    return SeeOther.at(PATH + "?done=" + what);
  }
}
