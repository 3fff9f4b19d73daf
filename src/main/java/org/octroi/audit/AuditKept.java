package org.octroi.audit;

import org.octroi.vocabulary.KeptRecords;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The record of who did what, which is kept for ever: a chain can't lose its beginning. */
@Component
final class AuditKept implements KeptRecords.ForEver {

  private final JdbcClient jdbc;

  AuditKept(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  @Override
  public String kind() {
    return "audit";
  }

  @Override
  public Holdings holdings() {
    return jdbc.sql(
            """
            select min(happened_at) as oldest, max(happened_at) as newest, count(*) as kept
            from audit_entry
            """)
        .query(Holdings::ofRows)
        .single();
  }
}
