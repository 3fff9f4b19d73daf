package org.octroi.usage;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.octroi.vocabulary.Purpose;
import org.octroi.vocabulary.Sha256;
import org.octroi.vocabulary.TierName;
import org.octroi.vocabulary.UtcTimes;

/**
 * The line that an event is counted on: everything that statistics ask by.
 *
 * @param utcHour the hour of UTC that the request arrived in
 * @param reason the first reason of a refusal
 */
record Rollup(
    String territory,
    LocalDateTime utcHour,
    LocalDate localDay,
    String holder,
    String dataset,
    String distribution,
    @Nullable String offer,
    @Nullable String agreement,
    @Nullable String application,
    @Nullable String reuser,
    @Nullable String licenceVersion,
    @Nullable String tier,
    @Nullable String purpose,
    String action,
    String format,
    String channel,
    int status,
    @Nullable String reason,
    String outcome) {

  private static final int LONGEST_REUSER = 64;
  private static final int LONGEST_REASON = 80;

  static Rollup of(Tally.Line line) {
    Access access = line.access().access();
    return new Rollup(
        access.territory().toString(),
        UtcTimes.column(Instant.ofEpochSecond(line.hour() * Tally.SECONDS_OF_AN_HOUR)),
        line.localDay(),
        access.holder().toString(),
        access.dataset().toString(),
        access.distribution().toString(),
        text(access.offer()),
        text(access.agreement()),
        text(access.application()),
        access.reuser().map(r -> cut(r, LONGEST_REUSER)).orElse(null),
        text(access.licenceVersion()),
        access.tier().map(TierName::value).orElse(null),
        access.purpose().map(Purpose::term).orElse(null),
        access.action().word(),
        access.format().word(),
        access.channel().word(),
        line.status(),
        line.reason().map(reason -> cut(reason, LONGEST_REASON)).orElse(null),
        line.outcome().name().toLowerCase(Locale.ROOT));
  }

  private static @Nullable String text(Optional<?> value) {
    return value.map(Object::toString).orElse(null);
  }

  /** A record that fits no column would stop the drain for good. */
  private static String cut(String text, int longest) {
    return text.length() > longest ? text.substring(0, longest) : text;
  }

  /** The line's key: 128 bits of the SHA-256 over all of it, in hex. */
  String key() {
    StringBuilder all = new StringBuilder(512);
    for (Object part : columns()) {
      all.append(part == null ? "" : part).append('\u001f');
    }
    return Sha256.hex(all.toString()).substring(0, 32);
  }

  /** The columns from {@code territory_id} to {@code outcome}, in the table's order. */
  @Nullable Object[] columns() {
    return new @Nullable Object[] {
      territory,
      utcHour,
      localDay,
      holder,
      dataset,
      distribution,
      offer,
      agreement,
      application,
      reuser,
      licenceVersion,
      tier,
      purpose,
      action,
      format,
      channel,
      status,
      reason,
      outcome
    };
  }
}
