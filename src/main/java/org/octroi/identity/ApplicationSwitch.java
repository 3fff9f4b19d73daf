package org.octroi.identity;

import java.util.Map;
import java.util.Optional;
import org.octroi.audit.AuditTrail;
import org.octroi.problem.ProblemType;
import org.octroi.problem.RefusedException;
import org.octroi.vocabulary.ApplicationId;
import org.octroi.vocabulary.Caller;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Turns an application on or off, for the two commands that do. */
@Component
class ApplicationSwitch {

  private final JdbcClient jdbc;
  private final Applications applications;
  private final AuditTrail trail;
  private final ApplicationEventPublisher events;

  ApplicationSwitch(
      JdbcClient jdbc,
      Applications applications,
      AuditTrail trail,
      ApplicationEventPublisher events) {
    this.jdbc = jdbc;
    this.applications = applications;
    this.trail = trail;
    this.events = events;
  }

  RegisteredApplication find(ApplicationId id, Caller by) {
    return applications.administered(id, by);
  }

  RegisteredApplication set(
      RegisteredApplication before, boolean active, boolean byOperator, Caller by) {
    int changed =
        jdbc.sql(
                """
                update application
                set status = :status, suspended_by_operator = :byOperator, version = version + 1
                where id = :id and version = :version
                """)
            .param("status", active ? "active" : "suspended")
            .param("byOperator", byOperator)
            .param("id", before.id().toString())
            .param("version", before.version())
            .update();
    if (changed != 1) {
      throw RefusedException.of(ProblemType.STALE_VERSION);
    }
    trail.record(
        by.actor(),
        active ? "application.resume" : "application.suspend",
        Optional.empty(),
        "application",
        before.id().toString(),
        Map.of());
    events.publishEvent(new ApplicationChanged(before.id()));
    return applications.find(before.id()).orElseThrow();
  }
}
