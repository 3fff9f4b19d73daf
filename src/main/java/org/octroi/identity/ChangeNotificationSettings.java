package org.octroi.identity;

import java.util.Map;
import java.util.Optional;
import org.octroi.audit.AuditTrail;
import org.octroi.identity.web.ExpectedVersion;
import org.octroi.problem.ProblemType;
import org.octroi.problem.RefusedException;
import org.octroi.vocabulary.Caller;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Changes in which language a person is told things, and whether by mail.
 *
 * @refuses stale-version when they were changed after the version named in {@code If-Match}
 */
@Component
@Transactional
class ChangeNotificationSettings {

  private final JdbcClient jdbc;
  private final People people;
  private final AuditTrail trail;

  ChangeNotificationSettings(JdbcClient jdbc, People people, AuditTrail trail) {
    this.jdbc = jdbc;
    this.people = people;
    this.trail = trail;
  }

  NotificationSettings handle(
      Language language, boolean mailed, ExpectedVersion expected, Caller by) {
    NotificationSettings before = people.settings(by.person());
    expected.check(before.version());
    int changed =
        jdbc.sql(
                """
                update person
                set language = :language, mailed = :mailed,
                    settings_version = settings_version + 1
                where id = :id and settings_version = :version
                """)
            .param("language", language.word())
            .param("mailed", mailed)
            .param("id", by.person().toString())
            .param("version", before.version())
            .update();
    if (changed != 1) {
      throw RefusedException.of(ProblemType.STALE_VERSION);
    }
    trail.record(
        by.actor(),
        "person.change-notification-settings",
        Optional.empty(),
        "person",
        by.person().toString(),
        Map.of("language", language.word(), "mail", Boolean.toString(mailed)));
    return people.settings(by.person());
  }
}
