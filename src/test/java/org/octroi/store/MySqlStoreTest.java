package org.octroi.store;

import java.net.URI;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.octroi.store.StoreAddress.SqlEngine;
import org.octroi.testing.TestDatabase;

/** All that SQL stores do, on a genuine MySQL whose clock stands off UTC. */
class MySqlStoreTest extends SqlStoreTest {

  private static final TestDatabase DATABASE = TestDatabase.Engine.MYSQL.empty();

  @Override
  Connection open() throws SQLException {
    return DriverManager.getConnection(DATABASE.url(), DATABASE.user(), DATABASE.password());
  }

  @Override
  StoreAddress.Sql storeAddress() {
    URI server = URI.create(DATABASE.url().substring("jdbc:".length()));
    return new StoreAddress.Sql(
        SqlEngine.MYSQL,
        server.getHost(),
        server.getPort(),
        server.getPath().substring(1),
        DATABASE.user());
  }

  @Override
  String password() {
    return DATABASE.password();
  }
}
