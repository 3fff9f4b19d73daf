package org.octroi.agreement;

import java.util.Locale;
import java.util.Optional;
import org.octroi.problem.Refusal;
import org.octroi.problem.RefusedException;

/** Why an agreement may be suspended or revoked: the whole list. */
enum EndingGround {
  TERMS_BREACHED,
  MISUSE,
  SECURITY,
  LEGAL_OBLIGATION,
  FEE_UNPAID,
  /** Said in the note, which it then needs. */
  OTHER;

  /**
   * The list's last entry says nothing by itself.
   *
   * @refuses invalid-field when it is {@code other} and no note says which
   */
  void mustBeExplainedBy(Optional<String> note) {
    if (this == OTHER && note.isEmpty()) {
      throw new RefusedException(Refusal.field("/note", "must say which other ground it is"));
    }
  }

  String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
