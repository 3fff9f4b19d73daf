package org.octroi.identity;

import java.util.List;
import java.util.Optional;
import org.octroi.identity.web.ExpectedVersion;
import org.octroi.vocabulary.Caller;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Registers an application of the caller's and says how it comes to its tokens, both or neither.
 *
 * @refuses invalid-field when parts of the profile do not go together
 * @refuses email-not-confirmed when the caller's address is not confirmed
 */
@Component
@Transactional
class RegisterClient {

  private final RegisterApplication register;
  private final SetClientProfile set;

  RegisterClient(RegisterApplication register, SetClientProfile set) {
    this.register = register;
    this.set = set;
  }

  RegisterApplication.WithSecret handle(
      String name, Optional<String> contact, ClientProfile profile, Caller by) {
    set.check(profile);
    RegisterApplication.WithSecret made =
        register.handle(name, contact, Optional.empty(), List.of(), by);
    RegisteredApplication application =
        set.handle(made.application().id(), profile, new ExpectedVersion.Any(), by);
    return new RegisterApplication.WithSecret(application, made.secret());
  }
}
