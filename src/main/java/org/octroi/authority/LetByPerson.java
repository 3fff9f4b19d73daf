package org.octroi.authority;

import java.util.LinkedHashMap;
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
 * What a person let applications do follows the person: it is theirs to take along; its tokens end
 * when all that they were signed in with does, since whoever was signed in may have let it; and it
 * is gone with their account.
 */
@Component
class LetByPerson implements PersonalRecords {

  private final JdbcClient jdbc;
  private final Authorizations authorizations;

  LetByPerson(JdbcClient jdbc, Authorizations authorizations) {
    this.jdbc = jdbc;
    this.authorizations = authorizations;
  }

  @Override
  public Map<String, List<Map<String, Object>>> of(PersonId person) {
    RecordsOf records = new RecordsOf(jdbc, person);
    Map<String, List<Map<String, Object>>> all = new LinkedHashMap<>();
    all.put(
        "consents",
        records.by(
            """
            select application_id, scopes, given_at
            from consent where person_id = :person order by application_id
            """));
    all.put(
        "authorizations",
        records.by(
            """
            select id, application_id, created_at, keep_until
            from granted_authorization where person_id = :person order by id
            """));
    return all;
  }

  @EventListener
  void on(PersonSignedOut signedOut) {
    authorizations.endAll(signedOut.person(), Optional.empty());
  }

  @EventListener
  void on(PersonErased erased) {
    jdbc.sql("delete from consent where person_id = :person")
        .param("person", erased.person().toString())
        .update();
  }
}
