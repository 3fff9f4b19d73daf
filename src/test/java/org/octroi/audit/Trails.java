package org.octroi.audit;

import java.time.Clock;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.json.JsonMapper;

/** The audit trail of a database, for tests of rooms above. */
public final class Trails {

  private Trails() {}

  public static AuditTrail in(DataSource database, Clock clock) {
    return new AuditTrail(JdbcClient.create(database), JsonMapper.shared(), clock);
  }
}
