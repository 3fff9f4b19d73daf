package org.octroi.authority;

import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.octroi.identity.Applications;
import org.octroi.identity.DeskTokens;
import org.octroi.identity.People;
import org.octroi.identity.RegisteredApplication;
import org.octroi.vocabulary.Sha256;
import org.springframework.stereotype.Component;

/**
 * Looks the desk's own tokens up at each call, so that one that was revoked, or whose application
 * was suspended, has ended at once.
 */
@Component
class HeldDeskTokens implements DeskTokens {

  private static final int LONGEST = 100;

  private final KeptAuthorizations kept;
  private final Applications applications;
  private final People people;
  private final Clock clock;

  HeldDeskTokens(KeptAuthorizations kept, Applications applications, People people, Clock clock) {
    this.kept = kept;
    this.applications = applications;
    this.people = people;
    this.clock = clock;
  }

  @Override
  public Optional<Held> find(String token) {
    if (token.length() > LONGEST) {
      return Optional.empty();
    }
    return kept.findToken(Sha256.hex(token))
        .filter(found -> found.kind() == KeptAuthorizations.Kind.ACCESS)
        .filter(found -> !found.invalidated() && clock.instant().isBefore(found.expires()))
        .flatMap(this::held);
  }

  private Optional<Held> held(KeptAuthorizations.Token token) {
    return kept.find(token.authorization())
        .filter(
            found ->
                applications
                    .find(found.application())
                    .filter(RegisteredApplication::active)
                    .isPresent())
        .flatMap(found -> found.state().person())
        .filter(person -> people.findActive(person).isPresent())
        .map(person -> new Held(person, scopes(token).contains(AskedAccess.DESK)));
  }

  /** Those of this token: a later one of the same authorization may have fewer. */
  private static List<String> scopes(KeptAuthorizations.Token token) {
    return List.of(String.valueOf(token.claims().getOrDefault("scope", "")).split(" "));
  }
}
