package org.octroi.issuer;

import org.octroi.identity.PersonErased;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/** Forgets who an erased person was at the issuers that they signed in with. */
@Component
class ErasedSubjects {

  private final SignInProviders providers;

  ErasedSubjects(SignInProviders providers) {
    this.providers = providers;
  }

  @EventListener
  void on(PersonErased erased) {
    providers.forget(erased.person());
  }
}
