package org.octroi.agreement;

import java.time.Instant;
import java.util.Optional;
import org.octroi.vocabulary.PersonId;

/**
 * What one reviewer decided on a request: a record of its own, never a field of the request.
 *
 * @param reviewer who
 * @param verdict what
 * @param ground why, for a refusal
 * @param note in the reviewer's words
 * @param at when
 */
record RequestDecision(
    PersonId reviewer,
    Verdict verdict,
    Optional<Ground> ground,
    Optional<String> note,
    Instant at) {

  /** What a reviewer may decide. */
  enum Verdict {
    APPROVE,
    REFUSE
  }
}
