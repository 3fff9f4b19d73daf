package org.octroi.authority;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.octroi.identity.PersonErased;
import org.octroi.identity.PersonSignedOut;
import org.octroi.identity.RecordsOf;
import org.octroi.vocabulary.PersonId;
import org.octroi.vocabulary.PersonalRecords;
import org.springframework.context.event.EventListener;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * What becomes of what somebody let applications do: it ends where they are signed out of
 * everything, is gone with their account, and is told to them.
 */
@Component
class EndedWithPerson implements PersonalRecords {

  private final JdbcClient jdbc;
  private final Authorizations authorizations;

  EndedWithPerson(JdbcClient jdbc, Authorizations authorizations) {
    this.jdbc = jdbc;
    this.authorizations = authorizations;
  }

  @EventListener
  void on(PersonSignedOut out) {
    authorizations.endAll(out.person(), Optional.empty());
  }

  @EventListener
  void on(PersonErased erased) {
    jdbc.sql("delete from consent where person_id = :person")
        .param("person", erased.person().toString())
        .update();
  }

  @Override
  public Map<String, List<Map<String, Object>>> of(PersonId person) {
    RecordsOf records = new RecordsOf(jdbc, person);
    return Map.of(
        "consents",
        records.by(
            """
            select application_id, scopes, given_at
            from consent where person_id = :person order by application_id
            """),
        "authorizations",
        records.by(
            """
            select id, application_id, created_at, keep_until
            from granted_authorization where person_id = :person order by id
            """));
  }
}
