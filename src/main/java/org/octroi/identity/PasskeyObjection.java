package org.octroi.identity;

import java.util.Locale;
import java.util.Optional;
import org.octroi.problem.ProblemType;
import org.octroi.problem.Refusal;
import org.octroi.problem.RefusedException;

/**
 * Why a passkey is not taken. Pages say each in a sentence of its own, {@code
 * passkey.refused.<word>}.
 */
public enum PasskeyObjection {
  /** Nobody asked for it, or too long ago, or the same answer was given before. */
  LATE,
  /** It was given at another address than the desk's. */
  ELSEWHERE,
  /** It is nobody's here, or not theirs whom the authenticator names. */
  UNKNOWN,
  /** The device did not check who holds it. */
  NOT_VERIFIED,
  /** Its count did not go up: two devices have the same key. */
  COPIED,
  /** What came is not what an authenticator gives, or its signature is wrong. */
  BROKEN,
  /** It is kept already. */
  KNOWN,
  /** There are as many as one may have. */
  TOO_MANY;

  private static final String MEMBER = "objection";

  /** The word in messages: small letters, joined by {@code -}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The word in a refusal that was made here. */
  public static Optional<String> in(Refusal refusal) {
    return Optional.ofNullable(refusal.members().get(MEMBER)).map(String::valueOf);
  }

  /** The refusal for this reason. */
  RefusedException as(ProblemType type, Object... about) {
    return new RefusedException(Refusal.of(type, about).with(MEMBER, word()));
  }
}
