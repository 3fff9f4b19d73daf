package org.octroi.store;

/** Where a store is, in fields: never a JDBC URL, never a bare folder. */
public sealed interface StoreAddress {

  /**
   * An HTTP API.
   *
   * @param secure whether it speaks TLS
   * @param host its name or address
   * @param port its port, 1 to 65535
   * @param basePath the path that every call begins with; empty or beginning with {@code /}, not
   *     ending with it
   */
  record Http(boolean secure, String host, int port, String basePath) implements StoreAddress {}

  /**
   * An SQL database.
   *
   * @param engine which kind of server it is
   * @param host its name or address
   * @param port its port
   * @param database the database's name
   * @param user who reads
   */
  record Sql(SqlEngine engine, String host, int port, String database, String user)
      implements StoreAddress {}

  /**
   * A folder of files below a root that the operator named.
   *
   * @param root the root's name in {@code octroi.store.roots}
   * @param path the folder below it, relative, without {@code ..}
   */
  record Folder(String root, String path) implements StoreAddress {}

  /** The database servers that are spoken to. */
  enum SqlEngine {
    MYSQL,
    H2
  }
}
