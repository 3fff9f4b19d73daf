package org.octroi.offer;

import java.util.Locale;

/** A way in which an offer holds something back, which a legal basis may allow. */
enum Restriction {
  COLUMNS,
  ROWS,
  TIME,
  PURPOSES,
  REUSERS,
  REVIEW;

  /** The word as it stands in {@code law/bases.yml}. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
