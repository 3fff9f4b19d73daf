package org.octroi.agreement;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What a person takes along, and what is left when they have gone. */
class AccountErasureTest extends AtTheDesk {

  @Test
  void all_that_is_kept_about_a_person_is_theirs_to_take_along_and_no_secret_is_in_it()
      throws Exception {
    String email = UUID.randomUUID() + "@example.org";
    String token = register(email);
    Reuser reuser =
        new Reuser(
            token,
            send("POST", "/applications", token, Map.of("name", "Parks map"))
                .at("/application/id"));
    send("POST", "/applications/" + reuser.application() + "/keys", token, Map.of("name", "Lap"));
    Answer granted = submitted(reuser, automatic);
    String sent = submitted(reuser(), reviewed).at("/id");

    Answer taken = send("GET", "/me/export", token, null);

    assertThat(taken.status()).as(taken.raw().body()).isEqualTo(200);
    JsonNode records = taken.body().at("/records");
    assertThat(records.at("/account/0/email").asString()).isEqualTo(email);
    assertThat(records.at("/account/0/createdAt").asString()).endsWith("Z");
    assertThat(records.at("/applications/0/name").asString()).isEqualTo("Parks map");
    assertThat(records.at("/api-keys/0/name").asString()).isEqualTo("Lap");
    assertThat(records.at("/requests/0/reuse").asString()).isEqualTo("A map of parks");
    assertThat(records.at("/agreements/0/id").asString()).isEqualTo(granted.at("/agreement"));
    assertThat(records.at("/audit").findValuesAsString("action"))
        .contains("person.register", "application.register");
    assertThat(records.at("/personal-tokens").size()).isEqualTo(1);
    assertThat(taken.raw().body())
        .doesNotContain(token, sent, "password", "argon2", "Sha256\":\"e3b0");
    for (String secret :
        jdbc.sql(
                """
                select client_secret_sha256 from application union
                select key_sha256 from api_key union select token_sha256 from personal_token
                """)
            .query(String.class)
            .list()) {
      assertThat(taken.raw().body()).doesNotContain(secret);
    }
  }

  @Test
  void an_erased_account_names_nobody_opens_nothing_and_the_chain_still_verifies()
      throws Exception {
    String email = UUID.randomUUID() + "@example.org";
    Answer made = registered(email);
    String token = made.at("/token");
    String person = made.at("/person/id");
    Reuser reuser =
        new Reuser(
            token,
            send("POST", "/applications", token, Map.of("name", "Parks of " + email))
                .at("/application/id"));
    send("POST", "/applications/" + reuser.application() + "/keys", token, Map.of("name", "Lap"));
    String draft = draft(reuser, twice).at("/id");
    String agreement = submitted(reuser, automatic).at("/agreement");

    jdbc.sql(
            """
            insert into consent (person_id, application_id, scopes, given_at)
            values (:person, :application, 'openid', '2026-01-01 00:00:00')
            """)
        .param("person", person)
        .param("application", reuser.application())
        .update();
    assertThat(send("GET", "/me/export", token, null).at("/records/consents/0/scopes"))
        .isEqualTo("openid");

    assertThat(send("DELETE", "/me", token, null).status()).isEqualTo(204);

    assertThat(send("GET", "/me", token, null).status()).isEqualTo(401);
    assertThat(
            send(
                    "POST",
                    "/people/tokens",
                    "",
                    Map.of("email", email, "password", AtTheDesk.PASSWORD))
                .at("/type"))
        .endsWith("wrong-credentials");
    assertThat(anywhere(email)).isEmpty();
    assertThat(column("select count(*) from consent where person_id = :id", person)).isEqualTo("0");
    assertThat(column("select status from application where id = :id", reuser.application()))
        .isEqualTo("suspended");
    assertThat(
            column(
                "select count(*) from api_key where revoked_at is null and application_id = :id",
                reuser.application()))
        .isEqualTo("0");
    assertThat(column("select reuse from access_request where id = :id", draft)).isEqualTo("-");
    assertThat(column("select owner_id from agreement where id = :id", agreement))
        .isEqualTo(person);
    assertThat(column("select count(*) from audit_entry where actor = :id", person))
        .isNotEqualTo("0");
    Answer verified = send("GET", "/audit/verify", operator, null);
    assertThat(verified.status()).isEqualTo(200);
    assertThat(verified.raw().body()).contains("\"intact\":true");
    assertThat(register(email)).isNotEmpty();
  }

  @Test
  void the_last_operator_is_not_erased() throws Exception {
    assertThat(send("DELETE", "/me", operator, null).at("/type")).endsWith("conflict");
    assertThat(send("GET", "/me", operator, null).status()).isEqualTo(200);
  }

  /** The tables and columns in which this text stands. */
  private List<String> anywhere(String text) {
    return jdbc
        .sql(
            """
            select table_name, column_name from information_schema.columns
            where table_schema = 'public' and lower(data_type) like '%char%'
            """)
        .query((row, n) -> List.of(row.getString(1), row.getString(2)))
        .list()
        .stream()
        .filter(
            at ->
                jdbc.sql(
                            "select count(*) from %s where %s like :text"
                                .formatted(at.get(0), at.get(1)))
                        .param("text", "%" + text + "%")
                        .query(Long.class)
                        .single()
                    > 0)
        .map(at -> String.join(".", at))
        .toList();
  }

  private String column(String sql, String id) {
    return jdbc.sql(sql).param("id", id).query(String.class).single();
  }
}
