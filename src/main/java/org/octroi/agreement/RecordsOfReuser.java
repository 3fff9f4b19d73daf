package org.octroi.agreement;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.octroi.identity.RecordsOf;
import org.octroi.vocabulary.PersonId;
import org.octroi.vocabulary.PersonalRecords;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** What this room keeps about a person: what they asked for, wrote, were granted and decided. */
@Component
class RecordsOfReuser implements PersonalRecords {

  private final JdbcClient jdbc;

  RecordsOfReuser(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  @Override
  public Map<String, List<Map<String, Object>>> of(PersonId person) {
    RecordsOf records = new RecordsOf(jdbc, person);
    Map<String, List<Map<String, Object>>> all = new LinkedHashMap<>();
    all.put(
        "requests",
        records.by(
            """
            select id, territory_id, holder_id, offer_id, application_id, purposes, reuse, answers,
                   status, accepted_text_sha256, accepted_how, created_at, submitted_at, closed_at
            from access_request where owner_id = :person or applicant = :person order by id
            """));
    all.put(
        "request-messages",
        records.by(
            """
            select id, request_id, side, kind, body, written_at
            from request_message where author = :person order by id
            """));
    all.put(
        "request-attachments",
        records.by(
            """
            select id, request_id, name, media_type, size_bytes, sha256, attached_at
            from request_attachment where author = :person order by id
            """));
    all.put(
        "request-decisions",
        records.by(
            """
            select request_id, verdict, ground, note, decided_at
            from request_decision where reviewer = :person order by request_id
            """));
    all.put(
        "agreements",
        records.by(
            """
            select id, number, territory_id, holder_id, offer_id, application_id, purposes,
                   text_sha256, granted_at, valid_from, valid_until, status
            from agreement where owner_id = :person order by id
            """));
    all.put(
        "demands",
        records.by(
            """
            select id, territory_id, holder_id, wanted, purposes, status, asked_at, answered_at
            from data_demand where person_id = :person order by id
            """));
    return all;
  }
}
