package org.octroi.identity;

import java.util.Map;
import java.util.Optional;
import org.octroi.audit.AuditTrail;
import org.octroi.vocabulary.Caller;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Ends all personal tokens of the caller, so that one that leaked is good for nothing. */
@Component
@Transactional
class EndTokens {

  private final PersonalTokens tokens;
  private final AuditTrail trail;

  EndTokens(PersonalTokens tokens, AuditTrail trail) {
    this.tokens = tokens;
    this.trail = trail;
  }

  void handle(Caller by) {
    int ended = tokens.endAll(by.person());
    trail.record(
        by.actor(),
        "person.tokens-end",
        Optional.empty(),
        "person",
        by.person().toString(),
        Map.of("ended", Integer.toString(ended)));
  }
}
