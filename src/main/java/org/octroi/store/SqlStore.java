package org.octroi.store;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoop;
import jakarta.annotation.PreDestroy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import org.octroi.obligation.RowWriting;
import org.octroi.obligation.Shapings;
import org.octroi.obligation.SqlWhere.Dialect;
import org.octroi.obligation.UnshapeableException;
import org.octroi.problem.RefusedException;
import org.octroi.secret.Seal;
import org.octroi.store.HandOver.NobodyReadsException;
import org.octroi.store.SqlPools.NoConnectionException;
import org.octroi.vocabulary.Format;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Asks SQL stores, each question on a virtual thread of its own. Rows stream from the database to
 * the reader; while the reader is paused the thread parks and the database waits.
 */
@Component
final class SqlStore implements StoreConnector {

  private static final Logger log = LoggerFactory.getLogger(SqlStore.class);

  private static final int PIECE_BYTES = 16 * 1024;
  private static final int ROWS_A_FETCH = 200;

  private final SqlPools pools;
  private final StoreProperties properties;

  SqlStore(AddressWall wall, Seal seal, StoreProperties properties) {
    this.pools = new SqlPools(wall, seal, properties);
    this.properties = properties;
  }

  @Override
  public boolean speaks(StoreAddress address) {
    return address instanceof StoreAddress.Sql;
  }

  @Override
  public Fetching fetch(StoreCall call, EventLoop loop, Receiver receiver) {
    HandOver delivery = new HandOver(loop, receiver, properties.stallTimeout());
    delivery.begin("sql-" + call.requestId(), () -> answer(call, delivery));
    return delivery;
  }

  @PreDestroy
  void close() {
    pools.close();
  }

  private void answer(StoreCall call, HandOver delivery) {
    try {
      StoreAddress.Sql address = (StoreAddress.Sql) call.target().address();
      SqlQuestion question = SqlQuestion.of(call.target(), call.query());
      SqlQuery query = SqlQuery.of(call, question, dialect(address.engine()));
      RowWriting writing =
          Shapings.rows(
              call.format(),
              query.columns(),
              call.obligations(),
              call.target().catalogue(),
              call.maskKey());
      try (Connection connection = pools.connection(call.target())) {
        stream(call, query, writing, connection, delivery);
      }
    } catch (RefusedException e) {
      delivery.failed(new StoreFailure.Refused(e.refusal()));
    } catch (UnshapeableException e) {
      delivery.failed(new StoreFailure.Unshapeable(e.what()));
    } catch (NoConnectionException e) {
      tell(call, e);
      delivery.failed(e.failure());
    } catch (NobodyReadsException e) {
      if (e.stalled()) {
        delivery.failed(new StoreFailure.ReaderStalled());
      }
    } catch (SQLTimeoutException e) {
      delivery.failed(new StoreFailure.TimedOut("the database took too long"));
    } catch (SQLException e) {
      // The server's words may quote values of rows; its codes say enough to an operator.
      log.warn(
          "Store {} refuses a query: SQL state {}, code {}",
          call.target().store(),
          e.getSQLState(),
          e.getErrorCode());
      delivery.failed(new StoreFailure.Unavailable("the database can't answer the query"));
    }
  }

  private static void stream(
      StoreCall call, SqlQuery query, RowWriting writing, Connection connection, HandOver delivery)
      throws SQLException, NobodyReadsException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            query.sql(), ResultSet.TYPE_FORWARD_ONLY, ResultSet.CONCUR_READ_ONLY)) {
      boolean mysql =
          call.target().address() instanceof StoreAddress.Sql sql
              && sql.engine() == StoreAddress.SqlEngine.MYSQL;
      // Connector/J streams row by row for this value only; else it reads all into memory first.
      statement.setFetchSize(mysql ? Integer.MIN_VALUE : ROWS_A_FETCH);
      statement.setQueryTimeout((int) Math.max(1, call.timeout().toSeconds()));
      for (int i = 0; i < query.values().size(); i++) {
        statement.setObject(i + 1, query.values().get(i));
      }
      try (ResultSet rows = statement.executeQuery()) {
        delivery.head(answer(call));
        long sent = call.head() ? 0 : rows(query, writing, rows, delivery);
        delivery.end(sent);
      }
    }
  }

  /** Why there is no connection, for an operator: kinds and codes, since words may have names. */
  private static void tell(StoreCall call, NoConnectionException none) {
    Throwable cause = none.getCause();
    if (cause == null || !(none.failure() instanceof StoreFailure.Unreachable unreachable)) {
      return;
    }
    // A pool's own exception wraps that of the driver, which knows better.
    Throwable first = cause.getCause() == null ? cause : cause.getCause();
    String codes =
        first instanceof SQLException sql
            ? ", SQL state " + sql.getSQLState() + ", code " + sql.getErrorCode()
            : "";
    log.warn(
        "Store {}: {} ({}{})",
        call.target().store(),
        unreachable.what(),
        first.getClass().getSimpleName(),
        codes);
  }

  private static StoreAnswer answer(StoreCall call) {
    String charset = call.format() == Format.CSV ? "; charset=utf-8" : "";
    StoreAnswer shaped = ShapedAnswer.of(call.format().mediaType() + charset);
    // What a query answers is made for it, so it has no validator and no ranges in any case; it is
    // this reader's own only where obligations made it so.
    return call.obligations().shapesContent()
        ? shaped
        : new StoreAnswer(
            200,
            shaped.mediaType(),
            shaped.length(),
            shaped.entityTag(),
            shaped.lastModified(),
            java.util.Map.of("accept-ranges", "none", "vary", "accept"),
            false);
  }

  private static long rows(SqlQuery query, RowWriting writing, ResultSet rows, HandOver delivery)
      throws SQLException, NobodyReadsException {
    SqlValues values = new SqlValues(query.columns(), rows);
    long sent = 0;
    ByteBuf piece = ByteBufAllocator.DEFAULT.buffer(PIECE_BYTES);
    try {
      writing.begin(piece);
      while (rows.next()) {
        writing.row(values.row(rows), piece);
        sent++;
        if (piece.readableBytes() >= PIECE_BYTES) {
          ByteBuf full = piece;
          piece = ByteBufAllocator.DEFAULT.buffer(PIECE_BYTES);
          delivery.body(full);
        }
      }
      writing.end(piece);
      delivery.body(piece.retain());
    } finally {
      piece.release();
    }
    return sent;
  }

  private static Dialect dialect(StoreAddress.SqlEngine engine) {
    return switch (engine) {
      case MYSQL -> Dialect.MYSQL;
      case H2 -> Dialect.H2;
    };
  }
}
