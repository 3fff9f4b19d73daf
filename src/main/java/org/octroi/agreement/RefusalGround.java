package org.octroi.agreement;

import java.util.Locale;

/** Why a request may be refused: the whole list. */
enum RefusalGround {
  LEGAL_RESTRICTION,
  PERSONAL_DATA,
  THIRD_PARTY_RIGHTS,
  PURPOSE_NOT_ELIGIBLE,
  INSUFFICIENT_INFORMATION,
  CAPACITY,
  /** Said in the note, which it then needs. */
  OTHER;

  String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
