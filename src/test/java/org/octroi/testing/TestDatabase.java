package org.octroi.testing;

import com.zaxxer.hikari.HikariDataSource;
import java.util.UUID;
import javax.sql.DataSource;
import liquibase.Liquibase;
import liquibase.database.DatabaseFactory;
import liquibase.database.jvm.JdbcConnection;
import liquibase.exception.LiquibaseException;
import liquibase.resource.ClassLoaderResourceAccessor;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/**
 * An empty database of its caller's own, on one of the engines that Octroi runs on. A test of
 * anything persistent runs on both:
 *
 * <pre>
 * &#64;ParameterizedTest
 * &#64;EnumSource
 * void a_seal_survives(TestDatabase.Engine engine) {
 *   JdbcClient sql = JdbcClient.create(engine.migrated().dataSource());
 * </pre>
 *
 * @param engine which engine
 * @param url the JDBC address
 * @param user an account that may do anything in this database
 * @param password of that account
 */
public record TestDatabase(Engine engine, String url, String user, String password) {

  /** The master changelog, as the program itself reads it. */
  public static final String CHANGELOG = "migrations/changelog.yaml";

  /** The engines, each with its way of making an empty database. */
  public enum Engine {
    /** The embedded default, here in memory; same mode and flags as in application.yml. */
    H2 {
      @Override
      public TestDatabase empty() {
        return new TestDatabase(
            this,
            "jdbc:h2:mem:%s;MODE=MySQL;CASE_INSENSITIVE_IDENTIFIERS=TRUE;DB_CLOSE_DELAY=-1"
                .formatted(UUID.randomUUID()),
            "octroi",
            "octroi");
      }
    },
    /** A genuine MySQL 8.0.33, one server for the JVM, one database for each call. */
    MYSQL {
      @Override
      public TestDatabase empty() {
        return MySqlServer.ofThisJvm().emptyDatabase();
      }
    };

    /** A database with nothing in it. */
    public abstract TestDatabase empty();

    /**
     * A database with the whole schema, by the change sets that the program applies at its start.
     */
    public TestDatabase migrated() {
      TestDatabase database = empty();
      try (Liquibase liquibase = database.liquibase()) {
        liquibase.update();
      } catch (LiquibaseException e) {
        throw new IllegalStateException("the change sets do not apply to " + database.url(), e);
      }
      return database;
    }
  }

  /** Opens a connection each time it is asked: no pool to close. */
  public DataSource dataSource() {
    return new DriverManagerDataSource(url, user, password);
  }

  /** A pool of connections, as the program has one; the caller closes it. */
  public HikariDataSource pool() {
    return pool("");
  }

  /**
   * The same.
   *
   * @param more of the address, such as a driver's settings
   */
  public HikariDataSource pool(String more) {
    HikariDataSource pool = new HikariDataSource();
    pool.setJdbcUrl(url + more);
    pool.setUsername(user);
    pool.setPassword(password);
    return pool;
  }

  /** Liquibase over the whole changelog; the caller closes it. */
  public Liquibase liquibase() throws LiquibaseException {
    var resources = new ClassLoaderResourceAccessor();
    return new Liquibase(
        CHANGELOG,
        resources,
        DatabaseFactory.getInstance()
            .findCorrectDatabaseImplementation(
                new JdbcConnection(
                    DatabaseFactory.getInstance()
                        .openConnection(url, user, password, null, resources)
                        .getUnderlyingConnection())));
  }
}
