package org.octroi.authority;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.octroi.problem.ProblemType;
import org.octroi.problem.Refusal;
import org.octroi.problem.RefusedException;
import org.octroi.vocabulary.Caller;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** The signing keys, for operators: what they are and when they take turns, never themselves. */
@RestController
@RequestMapping("/api/v1/signing-keys")
@Tag(name = "Signing keys", description = "What tokens and documents are signed with")
class SigningKeyApi {

  private static final Duration SHORTEST_LEAD = Duration.ofSeconds(10);
  private static final Duration LONGEST_LEAD = Duration.ofDays(30);

  private final SigningKeys keys;
  private final RotateSigningKeys rotate;
  private final Clock clock;

  SigningKeyApi(SigningKeys keys, RotateSigningKeys rotate, Clock clock) {
    this.keys = keys;
    this.rotate = rotate;
    this.clock = clock;
  }

  /**
   * How to rotate.
   *
   * @param lead how long the new key is shown before it signs; null for the usual time
   * @param leaked whether all keys before are good for nothing from now on
   */
  record Ask(@Nullable String lead, @Nullable Boolean leaked) {

    /**
     * As long as others may keep the list of keys, and no longer than a key is worth waiting for.
     */
    Optional<Duration> shownFor() {
      if (lead == null) {
        return Optional.empty();
      }
      try {
        Duration asked = Duration.parse(lead);
        if (asked.compareTo(SHORTEST_LEAD) >= 0 && asked.compareTo(LONGEST_LEAD) <= 0) {
          return Optional.of(asked);
        }
      } catch (DateTimeParseException e) {
        // Said below, with what it has to be.
      }
      throw new RefusedException(
          Refusal.field("/lead", "must be an ISO 8601 duration from PT10S to P30D, such as PT1H"));
    }
  }

  /** A key, without the key. */
  record KeyView(
      String id,
      String algorithm,
      String state,
      Instant createdAt,
      Instant signsFrom,
      @Nullable Instant revokedAt) {}

  /** All keys, the newest first. */
  record KeysView(List<KeyView> items) {}

  @GetMapping
  @Operation(
      operationId = "listSigningKeys",
      summary = "List the signing keys",
      description =
          "Newest first. `waiting` is shown at /oauth2/jwks and signs later; `signing` signs now;"
              + " `retired` signs no more, stays shown for the documents that it signed, and"
              + " opens the gate no longer than the tokens live; `revoked` is good for nothing.")
  KeysView list(Caller caller) {
    if (!caller.mayAudit(Optional.empty())) {
      throw RefusedException.of(ProblemType.FORBIDDEN);
    }
    return new KeysView(keys.all().stream().map(this::view).toList());
  }

  @PostMapping("/rotate")
  @ResponseStatus(HttpStatus.CREATED)
  @Operation(
      operationId = "rotateSigningKeys",
      summary = "Make the next signing key",
      description =
          "It is shown at once and signs after `lead` (an ISO 8601 duration); the one before signs"
              + " until then. With `leaked` the new one signs at once, and whatever the others"
              + " signed, tokens and documents, is refused from the next second on.")
  KeyView rotate(@Valid @RequestBody Ask ask, Caller caller) {
    return view(rotate.handle(ask.shownFor(), Boolean.TRUE.equals(ask.leaked()), caller));
  }

  private KeyView view(SigningKey key) {
    return new KeyView(
        key.id(),
        key.jwk().getAlgorithm().getName(),
        state(key),
        key.createdAt(),
        key.signsFrom(),
        key.revokedAt().orElse(null));
  }

  private String state(SigningKey key) {
    if (key.revoked()) {
      return "revoked";
    }
    if (key.signsFrom().isAfter(clock.instant())) {
      return "waiting";
    }
    return key.equals(keys.signing()) ? "signing" : "retired";
  }
}
