package org.octroi.audit;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.octroi.vocabulary.KeptRecords;
import org.octroi.vocabulary.UtcTimes;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The record of who did what, which is kept for ever: a chain can't lose its beginning. */
@Component
final class AuditKept implements KeptRecords {

  private final JdbcClient jdbc;

  AuditKept(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  @Override
  public String kind() {
    return "audit";
  }

  @Override
  public Optional<Duration> keptFor() {
    return Optional.empty();
  }

  @Override
  public Holdings holdings() {
    return jdbc.sql(
            """
            select min(happened_at) as oldest, max(happened_at) as newest, count(*) as kept
            from audit_entry
            """)
        .query(
            (row, n) ->
                Holdings.ofRows(
                    UtcTimes.read(row, "oldest"),
                    UtcTimes.read(row, "newest"),
                    row.getLong("kept")))
        .single();
  }

  @Override
  public Gone letGoBefore(Instant before) {
    return Gone.NOTHING;
  }
}
