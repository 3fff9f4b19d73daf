package org.octroi.store;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.octroi.secret.Seal;
import org.octroi.store.StoreTarget.SealedCredential;
import org.octroi.vocabulary.StoreId;

/**
 * The connections to SQL stores: a small pool for each, made when it is first needed and closed
 * when it was not used for a while. URLs are made here, of checked fields and the address that the
 * wall let through; a holder's words never become options of a driver.
 */
final class SqlPools {

  private static final Pattern MYSQL_DATABASE = Pattern.compile("[A-Za-z0-9_$-]{1,64}");
  private static final Pattern H2_DATABASE =
      Pattern.compile("(mem:)?[A-Za-z0-9_-][A-Za-z0-9_./-]{0,199}");
  private static final Pattern USER = Pattern.compile("[A-Za-z0-9_.@$-]{1,80}");
  private static final Duration UNUSED = Duration.ofMinutes(10);

  private final AddressWall wall;
  private final Seal seal;
  private final StoreProperties properties;
  private final Cache<Key, HikariDataSource> pools =
      Caffeine.newBuilder()
          .expireAfterAccess(UNUSED)
          .<Key, HikariDataSource>evictionListener((key, pool, cause) -> closeLater(pool))
          .build();

  private record Key(
      StoreId store, StoreAddress.Sql address, Optional<SealedCredential> credential) {}

  SqlPools(AddressWall wall, Seal seal, StoreProperties properties) {
    this.wall = wall;
    this.seal = seal;
    this.properties = properties;
  }

  /** A store can't be connected to. */
  static final class NoConnectionException extends Exception {
    private static final long serialVersionUID = 1L;
    private final transient StoreFailure failure;

    NoConnectionException(StoreFailure failure, @Nullable Throwable cause) {
      super(failure.toString(), cause);
      this.failure = failure;
    }

    StoreFailure failure() {
      return failure;
    }
  }

  /** A connection that reads only; waits for one to be free as long as connecting may take. */
  Connection connection(StoreTarget target) throws NoConnectionException {
    Key key = new Key(target.store(), (StoreAddress.Sql) target.address(), target.credential());
    HikariDataSource pool = pools.getIfPresent(key);
    if (pool == null) {
      // Resolved outside of the cache's lock; of two at once one pool stays.
      HikariConfig config = config(key);
      pool = pools.get(key, k -> new HikariDataSource(config));
    }
    try {
      return pool.getConnection();
    } catch (SQLTransientConnectionException e) {
      if (e.getCause() == null && pool.getHikariPoolMXBean().getActiveConnections() > 0) {
        throw new NoConnectionException(
            new StoreFailure.Busy("all connections to the database are in use"), e);
      }
      throw unreachable(key, pool, e);
    } catch (SQLException e) {
      throw unreachable(key, pool, e);
    }
  }

  /** The host may have moved: unless others still read from it, the next one resolves it anew. */
  private NoConnectionException unreachable(Key key, HikariDataSource pool, SQLException e) {
    if (pool.getHikariPoolMXBean().getActiveConnections() == 0 && pools.asMap().remove(key, pool)) {
      closeLater(pool);
    }
    return new NoConnectionException(
        new StoreFailure.Unreachable("the database can't be connected to"), e);
  }

  void close() {
    pools.asMap().values().forEach(HikariDataSource::close);
    pools.invalidateAll();
  }

  private static void closeLater(@Nullable HikariDataSource pool) {
    if (pool != null) {
      Thread.startVirtualThread(pool::close);
    }
  }

  private HikariConfig config(Key key) throws NoConnectionException {
    StoreAddress.Sql address = key.address();
    if (!USER.matcher(address.user()).matches()) {
      throw new NoConnectionException(
          new StoreFailure.Unavailable("the database user's name has odd characters"), null);
    }
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(url(address, checked(address)));
    config.setUsername(address.user());
    config.setPassword(password(key));
    config.setPoolName("store-" + key.store());
    config.setReadOnly(true);
    config.setMaximumPoolSize(properties.sqlConnections());
    config.setMinimumIdle(0);
    config.setIdleTimeout(Math.max(10_000, properties.idleTimeout().toMillis()));
    config.setConnectionTimeout(Math.max(250, properties.connectTimeout().toMillis()));
    config.setInitializationFailTimeout(-1);
    if (address.engine() == StoreAddress.SqlEngine.MYSQL) {
      config.addDataSourceProperty("connectTimeout", properties.connectTimeout().toMillis());
      config.addDataSourceProperty("socketTimeout", properties.stallTimeout().toMillis());
      config.addDataSourceProperty("connectionTimeZone", "UTC");
      config.addDataSourceProperty("forceConnectionTimeZoneToSession", true);
      config.addDataSourceProperty("characterEncoding", "UTF-8");
      config.addDataSourceProperty("sslMode", "PREFERRED");
      config.addDataSourceProperty("zeroDateTimeBehavior", "CONVERT_TO_NULL");
      config.addDataSourceProperty("yearIsDateType", false);
      config.addDataSourceProperty("allowLoadLocalInfile", false);
      config.addDataSourceProperty("allowUrlInLocalInfile", false);
      config.addDataSourceProperty("allowMultiQueries", false);
      config.addDataSourceProperty("autoDeserialize", false);
    }
    return config;
  }

  private InetSocketAddress checked(StoreAddress.Sql address) throws NoConnectionException {
    try {
      return wall.checked(address.host(), address.port());
    } catch (UnknownHostException e) {
      throw new NoConnectionException(
          new StoreFailure.Unreachable("the database's host is not known"), e);
    } catch (AddressWall.WalledException e) {
      throw new NoConnectionException(new StoreFailure.Unavailable(e.what()), e);
    }
  }

  private static String url(StoreAddress.Sql address, InetSocketAddress checked)
      throws NoConnectionException {
    boolean mysql = address.engine() == StoreAddress.SqlEngine.MYSQL;
    String database = address.database();
    Pattern allowed = mysql ? MYSQL_DATABASE : H2_DATABASE;
    if (!allowed.matcher(database).matches() || database.contains("..")) {
      throw new NoConnectionException(
          new StoreFailure.Unavailable("the database's name has odd characters"), null);
    }
    InetAddress ip = checked.getAddress();
    String host =
        ip instanceof Inet6Address ? '[' + ip.getHostAddress() + ']' : ip.getHostAddress();
    String server = (mysql ? "jdbc:mysql://" : "jdbc:h2:tcp://") + host + ':' + checked.getPort();
    return server + '/' + database;
  }

  private String password(Key key) throws NoConnectionException {
    try {
      return key.credential()
          .map(credential -> StoreCredential.open(seal, credential))
          .map(
              opened ->
                  switch (opened) {
                    case StoreCredential.Sql sql -> sql.password();
                    case StoreCredential.Bearer bearer -> throw notForSql();
                    case StoreCredential.Basic basic -> throw notForSql();
                    case StoreCredential.Header header -> throw notForSql();
                    case StoreCredential.ClientCredentials client -> throw notForSql();
                  })
          .orElse("");
    } catch (Seal.BrokenSealException | StoreCredential.UnreadableException e) {
      throw new NoConnectionException(
          new StoreFailure.Unavailable("the store's credential can't be opened here"), e);
    }
  }

  private static StoreCredential.UnreadableException notForSql() {
    return new StoreCredential.UnreadableException("an SQL store has an HTTP credential");
  }
}
