package org.octroi.desk;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.octroi.identity.Passkeys;
import org.octroi.issuer.SignInArrival;
import org.octroi.issuer.SignInProviders;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.RequestParam;

/**
 * What the sign-in page offers beside the form: passkeys, and the issuers that people may sign in
 * with.
 */
@ControllerAdvice(assignableTypes = {SignInPage.class, PasskeySignInPage.class})
class SignInChoices {

  private static final Set<String> PROBLEMS = Set.of("failed", "address");

  private final SignInProviders providers;
  private final Passkeys passkeys;

  SignInChoices(SignInProviders providers, Passkeys passkeys) {
    this.providers = providers;
    this.passkeys = passkeys;
  }

  /** An issuer to sign in with. */
  record Choice(String name, String href) {}

  @ModelAttribute("choices")
  List<Choice> choices() {
    return providers.all().stream()
        .map(one -> new Choice(one.name(), SignInArrival.to(one.slug())))
        .toList();
  }

  /** Whether browsers make passkeys for this desk. */
  @ModelAttribute("passkeysPossible")
  boolean passkeysPossible() {
    return passkeys.isPossible();
  }

  /** Why somebody who came back from an issuer is not signed in; a key of the messages. */
  @ModelAttribute("issuerProblem")
  @Nullable String problem(@RequestParam(name = "issuer", required = false) @Nullable String why) {
    return why != null && PROBLEMS.contains(why) ? "sign-in.issuer." + why : null;
  }
}
