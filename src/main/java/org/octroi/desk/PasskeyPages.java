package org.octroi.desk;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.Locale;
import java.util.Optional;
import org.octroi.identity.ChangePassword;
import org.octroi.identity.PageSessions;
import org.octroi.identity.Passkey;
import org.octroi.identity.PasskeyId;
import org.octroi.identity.Passkeys;
import org.octroi.identity.web.Fields;
import org.octroi.problem.ProblemType;
import org.octroi.problem.RefusedException;
import org.octroi.vocabulary.Caller;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.validation.BindingResult;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/**
 * {@code /my/security/passkeys/…}: how do I add a passkey, how do I remove one? Both ask for the
 * password first, but of who signed in a moment ago without one.
 */
@Controller
class PasskeyPages {

  private static final String PATH = SecurityPage.PATH + "/passkeys";
  private static final String ADD = PATH + "/new";
  private static final String ONE = PATH + "/{id}";
  private static final String ADD_VIEW = "my-security-passkey";
  private static final String REMOVE_VIEW = "my-security-passkey-remove";

  private final Passkeys passkeys;
  private final ChangePassword change;
  private final PageSessions sessions;
  private final PasskeyRefused refusals;
  private final FormErrors errors;

  PasskeyPages(
      Passkeys passkeys,
      ChangePassword change,
      PageSessions sessions,
      PasskeyRefused refusals,
      FormErrors errors) {
    this.passkeys = passkeys;
    this.change = change;
    this.sessions = sessions;
    this.refusals = refusals;
    this.errors = errors;
  }

  /** What the browser made, and what it is to be called. */
  record Made(
      @NotBlank @Size(max = 100) @Pattern(regexp = Fields.LINE, message = Fields.LINE_EXPECTED)
          String passkeyName,
      @NotNull String credential) {}

  @GetMapping(ADD)
  Object add(Model model, Locale locale, HttpServletRequest request, HttpServletResponse response) {
    if (!passkeys.isPossible()) {
      return SeeOther.at(SecurityPage.PATH);
    }
    if (passkeys.begun(request).isEmpty() && sessions.isFreshWithoutPassword()) {
      return begin(model, locale, request, response);
    }
    return show(model, request);
  }

  private String show(Model model, HttpServletRequest request) {
    passkeys.begun(request).ifPresent(options -> model.addAttribute("options", options));
    return ADD_VIEW;
  }

  private String begin(
      Model model, Locale locale, HttpServletRequest request, HttpServletResponse response) {
    try {
      passkeys.begin(request, sessions.signedIn().orElseThrow());
    } catch (RefusedException refused) {
      refusals.show(refused.refusal(), model, locale, response);
      model.addAttribute("full", true);
    }
    return show(model, request);
  }

  /** Shows that it is them, before one is made. */
  @PostMapping(ADD)
  String begin(
      @RequestParam String password,
      Caller caller,
      Model model,
      Locale locale,
      HttpServletRequest request,
      HttpServletResponse response) {
    try {
      change.confirmPassword(caller.person(), "/yourPassword", password, request.getRemoteAddr());
    } catch (RefusedException refused) {
      errors.show(refused.refusal(), model, locale, response);
      return show(model, request);
    }
    return begin(model, locale, request, response);
  }

  /** A page that was refused, opened anew. */
  @GetMapping(PATH)
  Object again() {
    return SeeOther.at(SecurityPage.PATH);
  }

  @PostMapping(PATH)
  Object add(
      @Valid Made form,
      BindingResult checked,
      Caller caller,
      Model model,
      Locale locale,
      HttpServletRequest request,
      HttpServletResponse response) {
    model.addAttribute("name", form.passkeyName());
    if (checked.hasErrors()) {
      errors.show(checked, model, locale, response);
      return show(model, request);
    }
    try {
      passkeys.add(request, caller.person(), form.credential(), form.passkeyName());
      return SecurityPage.done("passkey-added");
    } catch (RefusedException refused) {
      refusals.show(refused.refusal(), model, locale, response);
      return show(model, request);
    }
  }

  @GetMapping(ONE)
  Object remove(@PathVariable PasskeyId id, Caller caller, Model model) {
    Optional<Passkey> passkey = passkeys.find(caller.person(), id);
    return passkey.isPresent() ? showOne(passkey.get(), model) : SeeOther.at(SecurityPage.PATH);
  }

  private String showOne(Passkey passkey, Model model) {
    model.addAttribute("passkey", passkey);
    model.addAttribute("fresh", sessions.isFreshWithoutPassword());
    return REMOVE_VIEW;
  }

  @PostMapping(ONE)
  Object remove(
      @PathVariable PasskeyId id,
      @RequestParam(defaultValue = "") String password,
      Caller caller,
      Model model,
      Locale locale,
      HttpServletRequest request,
      HttpServletResponse response) {
    Optional<Passkey> passkey = passkeys.find(caller.person(), id);
    if (passkey.isEmpty()) {
      return SeeOther.at(SecurityPage.PATH);
    }
    try {
      if (!sessions.isFreshWithoutPassword()) {
        change.confirmPassword(caller.person(), "/yourPassword", password, request.getRemoteAddr());
      }
      passkeys.remove(caller.person(), id);
      return SecurityPage.done("passkey-removed");
    } catch (RefusedException refused) {
      if (refused.refusal().type() == ProblemType.NOT_FOUND) {
        return SeeOther.at(SecurityPage.PATH);
      }
      errors.show(refused.refusal(), model, locale, response);
      return showOne(passkey.get(), model);
    }
  }
}
