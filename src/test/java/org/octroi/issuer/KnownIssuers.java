package org.octroi.issuer;

import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The trusted issuers in a database, for tests of rooms that stand on them. */
public final class KnownIssuers {

  private KnownIssuers() {}

  /** Those in this one. */
  public static TrustedIssuers in(DataSource database) {
    return new TrustedIssuers(JdbcClient.create(database));
  }
}
