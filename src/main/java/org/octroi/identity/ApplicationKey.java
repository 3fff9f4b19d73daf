package org.octroi.identity;

import java.time.Instant;
import java.util.Optional;
import org.octroi.vocabulary.ApplicationId;
import org.octroi.vocabulary.KeyId;
import org.octroi.vocabulary.PersonId;

/**
 * An API key of an application, as it is known after it was shown.
 *
 * @param id its id
 * @param application whose it is
 * @param name what its maker calls it
 * @param beginning its first characters, to tell it from others
 * @param createdBy who made it
 * @param createdAt when
 * @param expiresAt the first moment at which it is not good any more
 * @param revokedAt when it was revoked
 * @param replacedBy the key that was made in its place
 * @param version grows with every change
 */
record ApplicationKey(
    KeyId id,
    ApplicationId application,
    String name,
    String beginning,
    PersonId createdBy,
    Instant createdAt,
    Optional<Instant> expiresAt,
    Optional<Instant> revokedAt,
    Optional<KeyId> replacedBy,
    long version) {

  /** What a key is at a moment. */
  enum State {
    LIVE,
    EXPIRED,
    REVOKED
  }

  State state(Instant now) {
    if (revokedAt.isPresent()) {
      return State.REVOKED;
    }
    return expiresAt.isPresent() && !now.isBefore(expiresAt.get()) ? State.EXPIRED : State.LIVE;
  }
}
