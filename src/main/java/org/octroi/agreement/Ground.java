package org.octroi.agreement;

import java.util.Locale;
import java.util.Optional;

/** Why a request may be refused; a refusal names one of these. */
enum Ground {
  /** A law keeps the data back. */
  LEGAL_RESTRICTION,
  /** It would show persons. */
  PERSONAL_DATA,
  /** Somebody else has rights in it. */
  THIRD_PARTY_RIGHTS,
  /** The purpose is not one that the offer is for. */
  PURPOSE_NOT_ELIGIBLE,
  /** The request does not say enough. */
  INSUFFICIENT_INFORMATION,
  /** The holder can't serve it now. */
  CAPACITY,
  /** Another reason, which the note must state. */
  OTHER;

  String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  static Optional<Ground> of(String word) {
    for (Ground ground : values()) {
      if (ground.word().equals(word)) {
        return Optional.of(ground);
      }
    }
    return Optional.empty();
  }
}
