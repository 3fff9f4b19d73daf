package org.octroi.realm;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.octroi.audit.AuditTrail;
import org.octroi.outbox.Outbox;
import org.octroi.vocabulary.Actor;
import org.octroi.vocabulary.StoredJson;
import org.octroi.vocabulary.UtcTimes;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Compares the realm with what is known here from time to time, repairs it and keeps what was
 * found; one desk of several does. When Keycloak answers again after it did not, the errands that
 * wait are hurried and everything is compared at once.
 */
@Component
class Reconciliation {

  private static final Logger LOG = LoggerFactory.getLogger(Reconciliation.class);

  private final RealmProperties properties;
  private final RealmAdmin realm;
  private final Provisioning provisioning;
  private final Outbox outbox;
  private final AuditTrail trail;
  private final JdbcClient jdbc;
  private final TransactionTemplate transaction;
  private final Clock clock;
  private boolean wasDown;

  Reconciliation(
      RealmProperties properties,
      RealmAdmin realm,
      Provisioning provisioning,
      Outbox outbox,
      AuditTrail trail,
      JdbcClient jdbc,
      TransactionTemplate transaction,
      Clock clock) {
    this.properties = properties;
    this.realm = realm;
    this.provisioning = provisioning;
    this.outbox = outbox;
    this.trail = trail;
    this.jdbc = jdbc;
    this.transaction = transaction;
    this.clock = clock;
  }

  /**
   * What a comparison found.
   *
   * @param at when it ended
   * @param drifts what differed
   */
  record Report(Instant at, List<Drift> drifts) {

    Report {
      drifts = List.copyOf(drifts);
    }
  }

  /** What the last comparison found, by whichever desk. */
  Optional<Report> last() {
    return jdbc.sql("select ended_at, report from realm_reconciliation where id = 1")
        .query(Reconciliation::read)
        .single();
  }

  private static Optional<Report> read(ResultSet row, int number) throws SQLException {
    Optional<Instant> ended = UtcTimes.read(row, "ended_at");
    @Nullable String report = row.getString("report");
    return ended.isEmpty() || report == null
        ? Optional.empty()
        : Optional.of(
            new Report(ended.get(), List.of(StoredJson.MAPPER.readValue(report, Drift[].class))));
  }

  /** Looks whether it is time, or Keycloak is back. */
  @Scheduled(fixedDelay = 2000, initialDelay = 5000)
  void look() {
    if (!properties.isSet()) {
      return;
    }
    try {
      if (realm.downSince().isPresent()) {
        wasDown = true;
        if (!realm.answers()) {
          return;
        }
      }
      Instant now = clock.instant();
      if (wasDown) {
        wasDown = false;
        LOG.info("Keycloak answers again: what waited is done now");
        outbox.hurryErrands();
        take(now, now);
        compare(new Actor.House("realm"));
      } else if (take(now.minus(properties.reconcileInterval()), now)) {
        compare(new Actor.House("realm"));
      }
    } catch (RealmUnavailableException e) {
      wasDown = true;
      LOG.warn("The realm can't be compared with what is known here: {}", e.why());
    } catch (DataAccessException e) {
      LOG.error("The realm can't be compared: the database can't be asked", e);
    }
  }

  private boolean take(Instant takenBefore, Instant now) {
    return jdbc.sql(
                """
                update realm_reconciliation set taken_at = :now
                where id = 1 and taken_at <= :before
                """)
            .param("now", UtcTimes.column(now))
            .param("before", UtcTimes.column(takenBefore))
            .update()
        == 1;
  }

  /** Compares now. */
  Report compare(Actor by) throws RealmUnavailableException {
    List<Drift> drifts = provisioning.everything();
    Report report = new Report(clock.instant().truncatedTo(ChronoUnit.MICROS), drifts);
    transaction.executeWithoutResult(
        status -> {
          jdbc.sql("update realm_reconciliation set ended_at = :now, report = :report where id = 1")
              .param("now", UtcTimes.column(report.at()))
              .param("report", StoredJson.MAPPER.writeValueAsString(drifts))
              .update();
          if (drifts.stream().anyMatch(Drift::repaired)) {
            trail.record(
                by,
                "realm.repair",
                Optional.empty(),
                "realm",
                properties.realm(),
                Map.of("repaired", Long.toString(drifts.stream().filter(Drift::repaired).count())));
          }
        });
    return report;
  }
}
