package org.octroi.identity;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.octroi.audit.AuditTrail;
import org.octroi.problem.ProblemType;
import org.octroi.problem.PublicAddresses;
import org.octroi.problem.RefusedException;
import org.octroi.vocabulary.Actor;
import org.octroi.vocabulary.PersonId;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.security.web.webauthn.api.AuthenticatorAssertionResponse;
import org.springframework.security.web.webauthn.api.AuthenticatorAttestationResponse;
import org.springframework.security.web.webauthn.api.Bytes;
import org.springframework.security.web.webauthn.api.PublicKeyCredential;
import org.springframework.security.web.webauthn.api.PublicKeyCredentialRequestOptions;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Keys that people's devices keep and use for this desk alone, in the place of a password and a
 * code (WebAuthn Level 3). What a browser is asked and what it answers is JSON. Each refusal says
 * why by a {@link PasskeyObjection}. Safe for use by many threads.
 *
 * @refuses wrong-credentials when a passkey is not taken at the sign-in
 * @refuses conflict when a passkey can't be added, or none can be made for this desk
 * @refuses not-found when somebody has no passkey of that id
 */
@Component
public class Passkeys {

  /** How many somebody may have. */
  public static final int MOST = 20;

  private static final String BEGUN = PasskeyBegun.class.getName();
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  private final PasskeyCheck check;
  private final KeptPasskeys kept;
  private final PasskeyOwners owners;
  private final PasskeyChallenges challenges;
  private final People people;
  private final PersonalLetters letters;
  private final PublicAddresses addresses;
  private final AuditTrail trail;
  private final Clock clock;

  Passkeys(
      PasskeyCheck check,
      KeptPasskeys kept,
      PasskeyOwners owners,
      PasskeyChallenges challenges,
      People people,
      PersonalLetters letters,
      PublicAddresses addresses,
      AuditTrail trail,
      Clock clock) {
    this.check = check;
    this.kept = kept;
    this.owners = owners;
    this.challenges = challenges;
    this.people = people;
    this.letters = letters;
    this.addresses = addresses;
    this.trail = trail;
    this.clock = clock;
  }

  /**
   * Whether browsers make passkeys for this desk: where it is reached by https and a name, or on
   * one's own machine.
   */
  public boolean isPossible() {
    return check.isPossible();
  }

  /** A person's, in the order in which they were added. */
  public List<Passkey> of(PersonId person) {
    return kept.of(person);
  }

  /** One of a person's. */
  public Optional<Passkey> find(PersonId person, PasskeyId id) {
    return of(person).stream().filter(passkey -> passkey.id().equals(id)).findFirst();
  }

  /** Begins to make one for somebody who has just shown again that it is them. */
  @Transactional
  public void begin(HttpServletRequest request, SignedInPerson somebody) {
    if (!isPossible()) {
      throw RefusedException.of(ProblemType.CONFLICT, "browsers make no passkeys for this address");
    }
    if (of(somebody.person()).size() >= MOST) {
      throw PasskeyObjection.TOO_MANY.as(ProblemType.CONFLICT, "there are " + MOST + " passkeys");
    }
    owners.ensure(somebody.person());
    request
        .getSession(true)
        .setAttribute(BEGUN, new PasskeyBegun(check.toMake(somebody), clock.instant()));
  }

  /** What the browser is to be asked for, where one was begun and not long ago. */
  public Optional<String> begun(HttpServletRequest request) {
    return pending(request).map(begun -> PasskeyAnswer.json(begun.options()));
  }

  private Optional<PasskeyBegun> pending(HttpServletRequest request) {
    HttpSession session = request.getSession(false);
    return session != null && session.getAttribute(BEGUN) instanceof PasskeyBegun begun
        ? Optional.of(begun).filter(one -> clock.instant().isBefore(one.at().plus(PATIENCE)))
        : Optional.empty();
  }

  /**
   * Keeps the passkey that was begun.
   *
   * @param answer the browser's
   * @param name what its owner calls it
   */
  @Transactional
  public void add(HttpServletRequest request, PersonId person, String answer, String name) {
    PasskeyBegun begun =
        pending(request)
            .orElseThrow(() -> PasskeyObjection.LATE.as(ProblemType.CONFLICT, "none was begun"));
    PublicKeyCredential<AuthenticatorAttestationResponse> made =
        PasskeyAnswer.made(answer, ProblemType.CONFLICT);
    if (kept.findByCredentialId(made.getRawId()) != null) {
      throw known();
    }
    try {
      check.keep(begun.options(), made, name.strip(), ProblemType.CONFLICT);
    } catch (DuplicateKeyException addedMeanwhile) {
      throw known();
    }
    request.getSession(true).removeAttribute(BEGUN);
    record(
        person,
        "person.passkey-added",
        of(person).stream().map(Passkey::id).reduce((one, next) -> next).orElseThrow());
    letters.send(people.find(person).orElseThrow(), "passkey-added", name.strip(), security());
  }

  private static RefusedException known() {
    return PasskeyObjection.KNOWN.as(ProblemType.CONFLICT, "this passkey is kept already");
  }

  /** Removes one: it opens nothing any more. */
  @Transactional
  public void remove(PersonId person, PasskeyId id) {
    Passkey passkey =
        find(person, id)
            .filter(one -> kept.remove(person, id))
            .orElseThrow(() -> RefusedException.of(ProblemType.NOT_FOUND, id.toString()));
    record(person, "person.passkey-removed", id);
    letters.send(people.find(person).orElseThrow(), "passkey-removed", passkey.name(), security());
  }

  /** All that is kept of them; in the caller's transaction. */
  void forget(PersonId person) {
    kept.forget(person);
  }

  /**
   * Asks a browser whose passkey it has.
   *
   * @return what it is to be asked for
   */
  public String ask(HttpServletResponse response) {
    if (!isPossible()) {
      throw RefusedException.of(ProblemType.CONFLICT, "browsers make no passkeys for this address");
    }
    PublicKeyCredentialRequestOptions options = check.toSign();
    challenges.give(response, options.getChallenge());
    return PasskeyAnswer.json(options);
  }

  /**
   * The person whose passkey signed what the browser was asked to.
   *
   * @param answer the browser's
   */
  @Transactional
  public PersonId check(HttpServletRequest request, HttpServletResponse response, String answer) {
    PasskeyChallenges.Asked asked =
        challenges.take(request, response).orElseThrow(() -> refused(PasskeyObjection.LATE));
    PublicKeyCredential<AuthenticatorAssertionResponse> signed =
        PasskeyAnswer.signed(answer, ProblemType.WRONG_CREDENTIALS);
    Bytes credential = signed.getRawId();
    PersonId person =
        kept.hold(credential)
            .filter(owner -> isNamed(owner, signed.getResponse().getUserHandle()))
            .orElseThrow(() -> refused(PasskeyObjection.UNKNOWN));
    check.check(asked.challenge(), signed, ProblemType.WRONG_CREDENTIALS);
    if (!kept.spend(credential, asked.madeAt())) {
      throw refused(PasskeyObjection.LATE);
    }
    return person;
  }

  /**
   * Whether the handle is that of this person, whose account stands (WebAuthn Level 3, §7.2 step
   * 6); the library leaves that to us.
   */
  private boolean isNamed(PersonId owner, @Nullable Bytes handle) {
    return handle != null
        && Optional.ofNullable(owners.findByUsername(owner.toString()))
            .filter(entity -> entity.getId().equals(handle))
            .isPresent();
  }

  private static RefusedException refused(PasskeyObjection objection) {
    return objection.as(ProblemType.WRONG_CREDENTIALS);
  }

  private String security() {
    return addresses.atDesk("/my/security");
  }

  private void record(PersonId person, String act, PasskeyId passkey) {
    trail.record(
        new Actor.Person(person),
        act,
        Optional.empty(),
        "person",
        person.toString(),
        Map.of("passkey", passkey.toString()));
  }
}
