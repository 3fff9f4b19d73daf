package org.octroi.identity;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.octroi.territory.PageAsk;
import org.octroi.vocabulary.Page;
import org.octroi.vocabulary.PersonId;
import org.octroi.vocabulary.PersonalRecords;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** What this room keeps about a person; of secrets it says that there are some. */
@Component
class AccountRecords implements PersonalRecords {

  private final JdbcClient jdbc;
  private final NoticeBoard board;

  AccountRecords(JdbcClient jdbc, NoticeBoard board) {
    this.jdbc = jdbc;
    this.board = board;
  }

  @Override
  public Map<String, List<Map<String, Object>>> of(PersonId person) {
    RecordsOf records = new RecordsOf(jdbc, person);
    Map<String, List<Map<String, Object>>> all = new LinkedHashMap<>();
    all.put(
        "account",
        records.by(
            """
            select id, email, email_confirmed_at, display_name, reuser_kind, language, mailed,
                   status, created_at, signed_out_at
            from person where id = :person
            """));
    all.put(
        "personal-tokens",
        records.by(
            """
            select id, created_at, expires_at, last_used_on
            from personal_token where person_id = :person order by id
            """));
    all.put(
        "sessions",
        records.by(
            """
            select CREATION_TIME as begun_at_millis, LAST_ACCESS_TIME as last_used_at_millis
            from PAGE_SESSION where PRINCIPAL_NAME = :person order by CREATION_TIME
            """));
    all.put(
        "second-factors",
        records.by("select created_at, confirmed_at from second_factor where person_id = :person"));
    all.put(
        "passkeys",
        records.by(
            """
            select id, name, transports, backup_eligible, backed_up, created_at, last_used_at
            from passkey where person_id = :person order by id
            """));
    all.put(
        "roles",
        records.by(
            """
            select id, role, territory_id, holder_id, granted_at
            from role_grant where person_id = :person order by id
            """));
    all.put(
        "organisations",
        records.by(
            """
            select o.id, o.name, o.siren, o.siret, o.kind, m.since
            from membership m join organisation o on o.id = m.organisation_id
            where m.person_id = :person order by o.id
            """));
    all.put(
        "invitations",
        records.by(
            """
            select o.id, o.name, i.invited_at, i.declined_at
            from membership_invitation i join organisation o on o.id = i.organisation_id
            where i.person_id = :person order by o.id
            """));
    all.put(
        "applications",
        records.by(
            """
            select id, name, contact, client_id, status, origins, created_at
            from application where owner_person = :person order by id
            """));
    all.put(
        "api-keys",
        records.by(
            """
            select id, application_id, name, beginning, created_at, expires_at, revoked_at
            from api_key where created_by = :person order by id
            """));
    all.put(
        "webhooks",
        records.by(
            """
            select id, url, kinds, created_at
            from webhook where owner_person = :person order by id
            """));
    all.put("notices", notices(person));
    return all;
  }

  private List<Map<String, Object>> notices(PersonId person) {
    List<Map<String, Object>> notices = new ArrayList<>();
    String after = "";
    do {
      Page<NoticeBoard.Posted> page = board.of(person, new PageAsk(PageAsk.MOST, after));
      for (NoticeBoard.Posted posted : page.items()) {
        notices.add(
            Map.of(
                "id", posted.id().toString(),
                "kind", posted.notice().kind(),
                "at", posted.at().toString(),
                "title", posted.notice().title(),
                "text", posted.notice().text()));
      }
      after = page.next().orElse("");
    } while (!after.isEmpty());
    return notices;
  }
}
