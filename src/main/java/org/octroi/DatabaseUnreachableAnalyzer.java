package org.octroi;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;

/**
 * Says which database can't be reached, and why, in one sentence: no server there, a wrong
 * password, or an embedded database that another process has open.
 */
@Order(Ordered.HIGHEST_PRECEDENCE + 1)
final class DatabaseUnreachableAnalyzer extends AbstractFailureAnalyzer<SQLException> {

  private static final int H2_IN_USE = 90020;
  private static final int H2_WRONG_PASSWORD = 28000;

  private final Environment environment;

  DatabaseUnreachableAnalyzer(Environment environment) {
    this.environment = environment;
  }

  @Override
  protected @Nullable FailureAnalysis analyze(Throwable rootFailure, SQLException cause) {
    String url = environment.getProperty("spring.datasource.url", "the database").split("[;?]")[0];
    String state = cause.getSQLState() == null ? "" : cause.getSQLState();
    if (cause.getErrorCode() == H2_IN_USE) {
      return new FailureAnalysis(
          "The database " + url + " is open in another process.",
          "Stop the other Octroi, or give this one its own folder with"
              + " --octroi.data-folder=FOLDER.",
          cause);
    }
    if (cause.getErrorCode() == H2_WRONG_PASSWORD || state.startsWith("28")) {
      return new FailureAnalysis(
          "The database " + url + " refuses the user or the password.",
          "Check spring.datasource.username and password (for MySQL: octroi.mysql.user and the"
              + " environment variable OCTROI_MYSQL_PASSWORD).",
          cause);
    }
    if (state.startsWith("08") || state.startsWith("42000")) {
      return new FailureAnalysis(
          "The database " + url + " can't be reached: " + firstLine(cause),
          "Start it, or say where it is (for MySQL: octroi.mysql.host, octroi.mysql.port and"
              + " octroi.mysql.database).",
          cause);
    }
    return null;
  }

  private static String firstLine(SQLException cause) {
    String message = cause.getMessage() == null ? cause.toString() : cause.getMessage();
    return message.lines().findFirst().orElse(message);
  }
}
