package org.octroi.identity;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.octroi.audit.AuditTrail;
import org.octroi.identity.web.ExpectedVersion;
import org.octroi.problem.ProblemType;
import org.octroi.problem.RefusedException;
import org.octroi.vocabulary.ApplicationId;
import org.octroi.vocabulary.Caller;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Says from which web origins pages may read with an application's tokens, in place of those that
 * were said before.
 *
 * @refuses not-found when the caller does not own it
 * @refuses stale-version when it was changed after the version named in {@code If-Match}
 */
@Component
@Transactional
class SetOrigins {

  private final JdbcClient jdbc;
  private final Applications applications;
  private final AuditTrail trail;
  private final ApplicationEventPublisher events;

  SetOrigins(
      JdbcClient jdbc,
      Applications applications,
      AuditTrail trail,
      ApplicationEventPublisher events) {
    this.jdbc = jdbc;
    this.applications = applications;
    this.trail = trail;
    this.events = events;
  }

  RegisteredApplication handle(
      ApplicationId id, List<WebOrigin> origins, ExpectedVersion expected, Caller by) {
    RegisteredApplication before = applications.owned(id, by);
    expected.check(before.version());
    if (before.origins().equals(origins)) {
      return before;
    }
    int changed =
        jdbc.sql(
                """
                update application set origins = :origins, version = version + 1
                where id = :id and version = :version
                """)
            .param("origins", Applications.column(origins))
            .param("id", id.toString())
            .param("version", before.version())
            .update();
    if (changed != 1) {
      throw RefusedException.of(ProblemType.STALE_VERSION);
    }
    trail.record(
        by.actor(),
        "application.set-origins",
        Optional.empty(),
        "application",
        id.toString(),
        Map.of("origins", Applications.column(origins)));
    events.publishEvent(new ApplicationChanged(id));
    return applications.find(id).orElseThrow();
  }
}
