package org.octroi.issuer;

import java.util.List;
import java.util.Map;
import org.octroi.identity.PersonErased;
import org.octroi.identity.RecordsOf;
import org.octroi.vocabulary.PersonId;
import org.octroi.vocabulary.PersonalRecords;
import org.springframework.context.event.EventListener;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * As whom issuers know a person: theirs to take along, and gone with their account, so that the
 * same subject is somebody new when they come again.
 */
@Component
class SubjectsOfPerson implements PersonalRecords {

  private final JdbcClient jdbc;

  SubjectsOfPerson(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  @Override
  public Map<String, List<Map<String, Object>>> of(PersonId person) {
    return Map.of(
        "sign-in-accounts",
        new RecordsOf(jdbc, person)
            .by(
                """
                select p.slug as provider, a.subject, a.linked_at
                from sign_in_account a join sign_in_provider p on p.id = a.provider_id
                where a.person_id = :person order by p.slug
                """));
  }

  @EventListener
  void on(PersonErased erased) {
    for (String table : List.of("sign_in_grant", "sign_in_account")) {
      jdbc.sql("delete from " + table + " where person_id = :person")
          .param("person", erased.person().toString())
          .update();
    }
  }
}
