package org.octroi.usage;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.octroi.vocabulary.AtTheDesk;
import org.octroi.vocabulary.KeptRecords;
import org.octroi.vocabulary.KeptRecords.Gone;
import org.octroi.vocabulary.KeptRecords.Holdings;
import org.octroi.vocabulary.UtcTimes;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Holds every kind of record to its age, once an hour, and tells what there is. Safe for use by
 * many threads.
 */
@Component
@AtTheDesk
public class Retention {

  private static final Logger LOG = LoggerFactory.getLogger(Retention.class);

  private final List<KeptRecords> kinds;
  private final JdbcClient jdbc;
  private final Clock clock;

  Retention(ObjectProvider<KeptRecords> kinds, JdbcClient jdbc, ObjectProvider<Clock> clock) {
    this.kinds = kinds.stream().sorted(Comparator.comparing(KeptRecords::kind)).toList();
    this.jdbc = jdbc;
    this.clock = clock.getIfAvailable(Clock::systemUTC);
  }

  /**
   * A kind of record as it stands.
   *
   * @param keptFor how long it is kept; empty for ever
   * @param last when it was last held to its age, and what went; empty before the first time
   */
  public record Kept(
      String kind, Optional<Duration> keptFor, Holdings holdings, Optional<Enforced> last) {}

  /**
   * A kind was held to its age.
   *
   * @param gone what went that time
   * @param allGone what has gone in all
   */
  public record Enforced(Instant at, Gone gone, Gone allGone) {}

  /** Every kind, by its name. Counts rows, so it is not for the request path of a gate. */
  public List<Kept> report() {
    Map<String, Enforced> last = new HashMap<>();
    jdbc.sql(
            """
            select kind, enforced_at, gone_rows, gone_bytes, all_gone_rows, all_gone_bytes
            from retention_run
            """)
        .query(
            row -> {
              last.put(
                  row.getString("kind"),
                  new Enforced(
                      UtcTimes.instant(row.getObject("enforced_at", LocalDateTime.class)),
                      new Gone(row.getLong("gone_rows"), row.getLong("gone_bytes")),
                      new Gone(row.getLong("all_gone_rows"), row.getLong("all_gone_bytes"))));
            });
    return kinds.stream()
        .map(
            kind ->
                new Kept(
                    kind.kind(),
                    kind.keptFor(),
                    kind.holdings(),
                    Optional.ofNullable(last.get(kind.kind()))))
        .toList();
  }

  /** Lets go of all that has reached its age; a kind that fails does not keep the others. */
  @Scheduled(initialDelayString = "PT5M", fixedDelayString = "PT1H")
  public void enforce() {
    Instant now = clock.instant();
    for (KeptRecords kind : kinds) {
      Optional<Duration> keptFor = kind.keptFor();
      if (keptFor.isEmpty()) {
        continue;
      }
      try {
        Gone gone = kind.letGoBefore(now.minus(keptFor.get()));
        note(kind.kind(), now, gone);
        if (!gone.equals(Gone.NOTHING)) {
          LOG.info(
              "Of {} what is older than {} was deleted: {} rows, {} bytes",
              kind.kind(),
              keptFor.get(),
              gone.rows(),
              gone.bytes());
        }
      } catch (RuntimeException e) {
        LOG.error("{} can't be held to its age; it is tried again in an hour", kind.kind(), e);
      }
    }
  }

  private void note(String kind, Instant at, Gone gone) {
    if (add(kind, at, gone)) {
      return;
    }
    try {
      jdbc.sql(
              """
              insert into retention_run (
                kind, enforced_at, gone_rows, gone_bytes, all_gone_rows, all_gone_bytes)
              values (:kind, :at, 0, 0, 0, 0)
              """)
          .param("kind", kind)
          .param("at", UtcTimes.column(at))
          .update();
    } catch (DuplicateKeyException e) {
      // Another desk noted it a moment ago.
    }
    add(kind, at, gone);
  }

  private boolean add(String kind, Instant at, Gone gone) {
    return jdbc.sql(
                """
                update retention_run set
                  enforced_at = :at, gone_rows = :rows, gone_bytes = :bytes,
                  all_gone_rows = all_gone_rows + :rows, all_gone_bytes = all_gone_bytes + :bytes
                where kind = :kind
                """)
            .param("at", UtcTimes.column(at))
            .param("rows", gone.rows())
            .param("bytes", gone.bytes())
            .param("kind", kind)
            .update()
        == 1;
  }
}
