package org.octroi.identity;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.octroi.vocabulary.KeptRecords;
import org.octroi.vocabulary.UtcTimes;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** API keys that have ended, which their owners can still look up for a while. */
@Component
final class EndedKeysKept implements KeptRecords {

  private final JdbcClient jdbc;
  private final IdentityProperties properties;
  private final Clock clock;

  EndedKeysKept(JdbcClient jdbc, IdentityProperties properties, Clock clock) {
    this.jdbc = jdbc;
    this.properties = properties;
    this.clock = clock;
  }

  @Override
  public String kind() {
    return "ended-api-keys";
  }

  @Override
  public Optional<Duration> keptFor() {
    return Optional.of(properties.keepEndedKeys());
  }

  /** Those that live are no records of this kind, though the end of some is known. */
  @Override
  public Holdings holdings() {
    return jdbc.sql(
            """
            select min(coalesce(revoked_at, expires_at)) as oldest,
                   max(coalesce(revoked_at, expires_at)) as newest, count(*) as kept
            from api_key
            where coalesce(revoked_at, expires_at) <= :now
            """)
        .param("now", UtcTimes.column(clock.instant()))
        .query(Holdings::ofRows)
        .single();
  }

  @Override
  public Gone letGoBefore(Instant before) {
    return new Gone(
        jdbc.sql("delete from api_key where coalesce(revoked_at, expires_at) < :before")
            .param("before", UtcTimes.column(before))
            .update(),
        0);
  }
}
