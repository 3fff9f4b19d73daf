package org.octroi.agreement;

import java.util.Locale;

/** Why an agreement may be suspended or revoked: the whole list. */
enum EndingGround {
  TERMS_BREACHED,
  MISUSE,
  SECURITY,
  LEGAL_OBLIGATION,
  FEE_UNPAID,
  /** Said in the note, which it then needs. */
  OTHER;

  String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
