package org.octroi.problem;

import java.util.Locale;

/**
 * Every refusal that a caller of either door can meet. Its word is the last segment of the
 * problem's {@code type} (RFC 9457 §3.1.1) and never changes; its sentences stand in {@code
 * problem/problems_fr.properties} and {@code problems_en.properties} under {@code
 * <word>.title|detail|next}.
 */
public enum ProblemType {
  // The gate, and reaching anything at all
  UNKNOWN_DATASET(404),
  NOT_ALLOWED_METHOD(405),
  MALFORMED_REQUEST(400),
  AUTHENTICATION_REQUIRED(401),
  INVALID_TOKEN(401),
  EXPIRED_TOKEN(401),
  PROOF_OUTDATED(401),
  INVALID_PROOF(401),
  ISSUER_NOT_TRUSTED(403),
  APPLICATION_SUSPENDED(403),
  AGREEMENT_REQUIRED(403),
  AGREEMENT_REVOKED(403),
  AGREEMENT_SUSPENDED(403),
  AGREEMENT_EXPIRED(403),
  AGREEMENT_AMBIGUOUS(409),
  REACCEPTANCE_REQUIRED(403),
  PURPOSE_NOT_AGREED(403),
  PURPOSE_REQUIRED(400),
  TIER_FORBIDS(403),
  NOT_PERMITTED(403),
  DATASET_PAUSED(503),
  DATASET_RETIRED(410),
  RATE_EXCEEDED(429),
  QUOTA_EXCEEDED(429),
  STORE_UNAVAILABLE(502),
  STORE_BUSY(503),
  STORE_TIMEOUT(504),
  UNSHAPEABLE_ANSWER(502),
  DECISION_UNAVAILABLE(503),
  LEDGER_UNAVAILABLE(503),
  NOT_ACCEPTABLE(406),
  REQUEST_TIMEOUT(408),
  PAYLOAD_TOO_LARGE(413),
  URI_TOO_LONG(414),
  UNSUPPORTED_MEDIA_TYPE(415),
  RANGE_NOT_SATISFIABLE(416),
  HEADER_FIELDS_TOO_LARGE(431),
  INTERNAL_FAULT(500),

  // The desk
  INVALID_FIELD(422),
  CONFLICT(409),
  DESK_BUSY(503),
  STALE_VERSION(412),
  PRECONDITION_REQUIRED(428),
  NOT_FOUND(404),
  FORBIDDEN(403),
  READING_ONLY(403),
  EMAIL_TAKEN(409),
  EMAIL_NOT_CONFIRMED(403),
  WRONG_CREDENTIALS(401),
  AUTHORIZATION_REQUEST_REFUSED(400),
  SECOND_FACTOR_REQUIRED(401),
  TOO_MANY_TRIES(429),
  LINK_SPENT(410),
  IDEMPOTENCY_KEY_REUSED(409),
  TERMS_NOT_ACCEPTED(422),
  REQUEST_NOT_OPEN(409),
  REVIEWER_CONFLICT(403),
  SAME_REVIEWER(409),
  REUSER_NOT_ELIGIBLE(403),
  PURPOSE_NOT_OFFERED(422),
  OFFER_WITHDRAWN(409),
  OFFER_UNLAWFUL(422),
  GROUND_NEEDED(409),
  AGREEMENT_NOT_ACTIVE(409),
  AGREEMENT_EXISTS(409),
  TOO_MANY_LETTERS(429);

  private final int status;

  ProblemType(int status) {
    this.status = status;
  }

  /** The HTTP status, 400 to 599. */
  public int status() {
    return status;
  }

  /** The stable word, for example {@code quota-exceeded}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
