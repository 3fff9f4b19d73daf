package org.octroi.identity;

import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.octroi.audit.AuditTrail;
import org.octroi.outbox.Outbox;
import org.octroi.problem.ProblemType;
import org.octroi.problem.RefusedException;
import org.octroi.vocabulary.ApplicationId;
import org.octroi.vocabulary.Caller;
import org.octroi.vocabulary.PersonId;
import org.octroi.vocabulary.Role;
import org.octroi.vocabulary.UtcTimes;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Erases the caller's account (Reg. 2016/679, art. 17): what says who they are is replaced, what
 * they are signed in with ends, their own applications close at every gate for good. What binds
 * others stays, agreements and the audit trail, with an id that names nobody any more; the trail
 * never held more, so its chain still verifies.
 *
 * @refuses conflict when the caller is the last operator
 */
@Component
@Transactional
public class EraseAccount {

  private final JdbcClient jdbc;
  private final Clock clock;
  private final RoleGrants grants;
  private final SignOutEverywhere signOut;
  private final SecondFactors secondFactors;
  private final Passkeys passkeys;
  private final Outbox outbox;
  private final AuditTrail trail;
  private final ApplicationEventPublisher events;

  EraseAccount(
      JdbcClient jdbc,
      Clock clock,
      RoleGrants grants,
      SignOutEverywhere signOut,
      SecondFactors secondFactors,
      Passkeys passkeys,
      Outbox outbox,
      AuditTrail trail,
      ApplicationEventPublisher events) {
    this.jdbc = jdbc;
    this.clock = clock;
    this.grants = grants;
    this.signOut = signOut;
    this.secondFactors = secondFactors;
    this.passkeys = passkeys;
    this.outbox = outbox;
    this.trail = trail;
    this.events = events;
  }

  /** Does it; nothing can be done with the account afterwards. */
  public void handle(Caller by) {
    PersonId person = by.person();
    refuseLastOperator(person);
    replacePerson(person);
    signOut.handle(person);
    secondFactors.forget(person);
    passkeys.forget(person);
    int applications = closeApplications(person);
    webhooks(person).forEach(outbox::withdraw);
    outbox.withdraw(person);
    for (String own :
        List.of(
            "role_grant where person_id",
            "membership where person_id",
            "membership_invitation where person_id",
            "notice_reader where person_id",
            "idempotent_answer where person_id",
            "webhook where owner_person")) {
      jdbc.sql("delete from " + own + " = :person").param("person", person.toString()).update();
    }
    events.publishEvent(new PersonErased(person));
    trail.record(
        by.actor(),
        "person.erase",
        Optional.empty(),
        "person",
        person.toString(),
        Map.of("applications", Integer.toString(applications)));
  }

  private void refuseLastOperator(PersonId person) {
    jdbc.sql("select id from role_grant where person_id = :person and role = :role")
        .param("person", person.toString())
        .param("role", Role.OPERATOR.word())
        .query((row, n) -> java.util.UUID.fromString(row.getString("id")))
        .list()
        .forEach(
            grant -> {
              if (grants.lockOperatorsBeside(grant) == 0) {
                throw RefusedException.of(
                    ProblemType.CONFLICT, "the last operator can't be erased");
              }
            });
  }

  private void replacePerson(PersonId person) {
    jdbc.sql(
            """
            update person
            set email = :email, display_name = '-', password_hash = '-', mailed = false,
                email_confirmed_at = null, status = 'erased'
            where id = :person
            """)
        .param("email", person + "@erased.invalid")
        .param("person", person.toString())
        .update();
  }

  private int closeApplications(PersonId person) {
    List<ApplicationId> own =
        jdbc.sql("select id from application where owner_person = :person")
            .param("person", person.toString())
            .query((row, n) -> ApplicationId.of(row.getString("id")))
            .list();
    for (ApplicationId application : own) {
      Map<String, Object> about = new HashMap<>();
      about.put("id", application.toString());
      about.put("now", UtcTimes.column(clock.instant()));
      jdbc.sql(
              """
              update api_key set revoked_at = :now, name = '-', version = version + 1
              where application_id = :id and revoked_at is null
              """)
          .params(about)
          .update();
      jdbc.sql(
              """
              update application
              set name = '-', contact = null, status = 'suspended', suspended_by_operator = true,
                  version = version + 1
              where id = :id
              """)
          .params(about)
          .update();
      events.publishEvent(new ApplicationChanged(application));
    }
    return own.size();
  }

  private List<WebhookId> webhooks(PersonId person) {
    return jdbc.sql("select id from webhook where owner_person = :person")
        .param("person", person.toString())
        .query((row, n) -> WebhookId.of(row.getString("id")))
        .list();
  }
}
