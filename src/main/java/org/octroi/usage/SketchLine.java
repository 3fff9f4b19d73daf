package org.octroi.usage;

import java.time.LocalDate;
import org.jspecify.annotations.Nullable;
import org.octroi.vocabulary.Sha256;

/**
 * What sketches are kept for: a day or a month of a territory, one of its holders, datasets,
 * distributions, offers, agreements or applications. Each of those is there as often as the city
 * has such a thing, and never as often as it has traffic.
 *
 * @param starts the local day, or the first of the month
 * @param scope what it is about
 * @param id the id of that
 * @param holder the one holder whose data it is about
 * @param reuser the one reuser that it is about
 */
record SketchLine(
    String territory,
    Grain grain,
    LocalDate starts,
    Scope scope,
    String id,
    @Nullable String holder,
    @Nullable String reuser) {

  /** For how long. */
  enum Grain {
    DAY,
    MONTH
  }

  /** What about. */
  enum Scope {
    TERRITORY,
    HOLDER,
    DATASET,
    DISTRIBUTION,
    OFFER,
    AGREEMENT,
    APPLICATION
  }

  /** The line of the month that the day lies in. */
  SketchLine ofMonth() {
    return new SketchLine(
        territory, Grain.MONTH, starts.withDayOfMonth(1), scope, id, holder, reuser);
  }

  /** The line's key: 128 bits of the SHA-256 over what it is told apart by, in hex. */
  String key() {
    return Sha256.hex(
            String.join("\u001f", territory, grain.name(), starts.toString(), scope.name(), id))
        .substring(0, 32);
  }
}
