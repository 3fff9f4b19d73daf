package org.octroi.charter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.octroi.licence.Terms;
import org.octroi.testing.TestDatabase;

/** What the check of a charter finds: each line changes one thing and names what must be said. */
class CharterCheckTest {

  @TempDir private static Path folder;
  private static CharterRooms rooms;

  @BeforeAll
  static void open() throws IOException {
    rooms = CharterRooms.open(TestDatabase.Engine.H2, folder);
  }

  @BeforeEach
  void aRightCharter() throws IOException {
    CharterRooms.copyCharter(folder);
  }

  @AfterAll
  static void close() {
    rooms.close();
  }

  @Test
  void a_right_charter_has_no_findings() {
    assertThat(rooms.findings()).isEmpty();
  }

  @ParameterizedTest(name = "{0} -> {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "tier: light | tier: ligth | 110: offers[1].tier: no tier named \"ligth\"; did you mean"
            + " \"light\"?",
        "charter: 1 | charter: 2 | 1: charter: \"2\" is no version of the format: this Octroi reads"
            + " 1",
        "slug: vannes | slug: api | 3: territory.slug: \"api\" is a reserved word",
        "Europe/Paris | Europe/Pari | 5: territory.timeZone: \"Europe/Pari\" is no time zone; did"
            + " you mean \"Europe/Paris\"?",
        "\"215602608\" | \"215602609\" | 10: holders[0].siren: \"215602609\" is not a SIREN: its"
            + " check digit is wrong, so a digit was mistyped",
        "kind: private | kind: privat | 13: holders[1].kind: \"privat\" must be one of city, state,"
            + " private; did you mean \"private\"?",
        "fictitious: true | fictious: true | 14: holders[1].fictious: is not known here; did you"
            + " mean \"fictitious\"?",
        "http://127.0.0.1:8090/star/ | http://me:secret@127.0.0.1/star | 18: stores[0].http.url:"
            + " must not contain a user or password: write a credential",
        "http://127.0.0.1:8090/star/ | ftp://127.0.0.1/star | 18: stores[0].http.url: must begin"
            + " with http:// or https://",
        "\"${STOPS_KEY}\" | in-clear | 19: stores[0].credential.value: a secret is never written in"
            + " a charter: write ${NAME} and set octroi.charter.secrets.NAME",
        "\"${STOPS_KEY}\" | \"${OTHER_KEY}\" | 19: stores[0].credential.value: OTHER_KEY is not"
            + " set, or is empty: set octroi.charter.secrets.OTHER_KEY, or"
            + " OCTROI_CHARTER_SECRETS_OTHER_KEY in the environment",
        "\"${STOPS_KEY}\" | \"${octroi.secrets.key-file}\" | 19: stores[0].credential.value:"
            + " octroi.secrets.key-file is not set, or is empty: set"
            + " octroi.charter.secrets.octroi.secrets.key-file, or"
            + " OCTROI_CHARTER_SECRETS_OCTROI_SECRETS_KEY_FILE in the environment",
        "port: 8091 | port: 80910 | 22: stores[1].sql.port: \"80910\" must be a whole number from 1"
            + " to 65535",
        "path: vannes | path: ../vannes | 25: stores[2].folder.path: must not contain ..",
        "licences/presence.fr.md | licences/none.fr.md | 30: licences[0].text.fr: there is no such"
            + " file (FOLDER/licences/none.fr.md)",
        "licences/presence.fr.md | ../presence.fr.md | 30: licences[0].text.fr: must be a file"
            + " beside the charter or below its folder",
        "duties: [attribute] | duties: [atribute] | 34: licences[0].terms.duties[0]: \"atribute\""
            + " must be one of ACTIONS; did you mean \"attribute\"?",
        "lastUpdate: 2025-11-17T08:30:00Z | lastUpdate: yesterday | 68: datasets[1].lastUpdate:"
            + " \"yesterday\" must be a date or a date-time, such as 2025-11-17 or"
            + " 2025-11-17T08:30:00Z",
        "store: tables | store: tabels | 74: datasets[1].distributions[0].store: no store named"
            + " \"tabels\"; did you mean \"tables\"?",
        "table: presence | file: presence | 75: datasets[1].distributions[0].file: the store"
            + " \"tables\" is reached by table, not by file",
        "column: town | column: twon | 51: datasets[0].distributions[0].parameters[0].column: no"
            + " column \"twon\" is declared; did you mean \"town\"?",
        "time: counted | time: countd | 82: datasets[1].distributions[0].time: no column \"countd\""
            + " is declared; did you mean \"counted\"?",
        "column: agent | column: agnt | 93: tiers[1].datasets.presence.masks[0].column: no column"
            + " \"agnt\"; declared are district, counted, presence, agent",
        "column: district | column: quarter | 95: tiers[1].datasets.presence.rows[0].column: no"
            + " column \"quarter\" in the distribution \"table\"; declared are district, counted,"
            + " presence, agent",
        "per: PT1S | per: second | 85: tiers[0].rate.per: \"second\" must be an ISO 8601 duration"
            + " in days, hours, minutes or seconds, such as P1D or PT1S",
        "{requestsPerDay: 1000} | {bytesPerDay: 1000} | 86: tiers[0].quota.bytesPerDay: for the"
            + " dataset \"bus-stops\", a quota of bytes needs a cap of bytes per answer"
            + " (caps.bytes), which is reserved before an answer is fetched",
        "licence: etalab-2.0 | licence: etalab-2.1 | 102: offers[0].licence: no licence named"
            + " \"etalab-2.1\"; did you mean \"etalab-2.0\"?",
        "licence: etalab-2.0 | licence: etalab-2.0@7 | 102: offers[0].licence: \"etalab-2.0\" has"
            + " no version 7",
        "[ServiceProvision] | [ServiceProvsion] | 113: offers[1].purposes[0]: DPV has no purpose"
            + " \"ServiceProvsion\"; did you mean \"ServiceProvision\"?",
        "datasets: [presence] | datasets: [bus-stops] | 108: offers[1].datasets[0]: \"bus-stops\""
            + " is of the holder \"ville\": an offer covers the datasets of one holder",
        "validity: P1Y | validity: one year | 116: offers[1].validity: \"one year\" must be an ISO"
            + " 8601 period in years, months or days, such as P1Y",
        "http://127.0.0.1:8090/star/ | http://LONG.example/ | 18: stores[0].http.url: must name a"
            + " host of at most 255 characters",
        "http://127.0.0.1:8090/star/ | http://127.0.0.1/LONGLONG | 18: stores[0].http.url: must"
            + " have a path of at most 500 characters",
        "validity: P1Y | validity: P101Y | 116: offers[1].validity: \"P101Y\" must be at most 100"
            + " years",
        "delay: P1D | delay: P36526D | 96: tiers[1].datasets.presence.delay: \"P36526D\" must be at"
            + " most 100 years (P36525D)",
        "per: PT1S | per: PT0.0001S | 85: tiers[0].rate.per: \"PT0.0001S\" must be from 1"
            + " millisecond to 366 days",
        "per: PT1S | per: P367D | 85: tiers[0].rate.per: \"P367D\" must be from 1 millisecond to"
            + " 366 days",
        "lastUpdate: 2025-11-17T08:30:00Z | lastUpdate: 1899-12-31 | 68: datasets[1].lastUpdate:"
            + " \"1899-12-31\" must be from 1900 to 9999",
        "lastUpdate: 2025-11-17T08:30:00Z | lastUpdate: +999999999-01-01T00:00:00Z | 68:"
            + " datasets[1].lastUpdate: \"+999999999-01-01T00:00:00Z\" must be from 1900 to 9999",
        "fictitious: true | contact: | 14: holders[1].contact: is empty: leave the field out",
        "fictitious: true | contact: ~ | 14: holders[1].contact: is empty: leave the field out",
        "kind: private | kind: null | 13: holders[1].kind: is empty: leave the field out",
        "themes: [TRAN] | themes: | 42: datasets[0].themes: is empty: leave the field out",
        "store: stops-api | store: tables | 47: datasets[0].distributions[0].store: \"tables\" is"
            + " of the holder \"passages\": a dataset lies in the stores of its own holder",
        "time: counted | time: presence | 82: datasets[1].distributions[0].time: the column"
            + " \"presence\" must be of the type time",
        "time: counted | longitude: district | 82: datasets[1].distributions[0].longitude: the"
            + " column \"district\" must be of the type number or integer",
        "formats: [json, csv] | formats: [json, zip] | 76: datasets[1].distributions[0].formats:"
            + " rows of a table can't be written as zip: only as json, geojson, ndjson and csv",
        "column: district, operator: in, values: [Centre, Port] | column: presence, operator: gt,"
            + " values: [many] | 95: tiers[1].datasets.presence.rows[0].values: the column"
            + " \"presence\" is of the type integer, which can't be compared with \"many\"",
        "star/\"} | star/\", tellAgreement: maybe} | 18: stores[0].http.tellAgreement: \"maybe\""
            + " must be true or false",
        "password: \"${TABLES_PASSWORD}\" | tellAgreement: false | 22: stores[1].sql.tellAgreement:"
            + " is not known here; known are engine, host, port, database, user, password",
        "{header: X-Api-Key, value: \"${STOPS_KEY}\"} | {oauth2: {tokenUrl: ftp://id.example/token,"
            + " clientId: octroi, clientSecret: \"${STOPS_KEY}\"}} | 19:"
            + " stores[0].credential.oauth2.tokenUrl: must begin with http:// or https://",
        "{header: X-Api-Key, value: \"${STOPS_KEY}\"} | {oauth2: {tokenUrl:"
            + " \"https://id.example/token\", clientId: octroi, clientSecret: in-clear}} | 19:"
            + " stores[0].credential.oauth2.clientSecret: a secret is never written in a charter:"
            + " write ${NAME} and set octroi.charter.secrets.NAME",
        "{header: X-Api-Key, value: \"${STOPS_KEY}\"} | {oauth2: {tokenUrl:"
            + " \"https://id.example/token\", clientId: octroi}} | 19:"
            + " stores[0].credential.oauth2.clientSecret: is missing",
        "{header: X-Api-Key, value: \"${STOPS_KEY}\"} | {oauth2: {tokenUrl:"
            + " \"https://id.example/token\", clientId: octroi, clientSecret: \"${STOPS_KEY}\","
            + " scope: \"a  b\"}} | 19: stores[0].credential.oauth2.scope: \"a  b\" must be scopes"
            + " with single spaces between them, such as read:stops",
        "{header: X-Api-Key, value: | {oauth2: {}, value: | 19: stores[0].credential: has a value"
            + " but not the header that it is for",
        "currency: EUR | currency: EUX | 115: offers[1].fee.currency: \"EUX\" is no currency"
      })
  void what_is_wrong_is_named_by_line_and_field(String text, String into, String finding)
      throws IOException {
    rooms.change(text, into.replace("LONG", "a".repeat(251)));

    assertThat(rooms.findings())
        .contains(
            finding
                .replace("FOLDER", folder.toString())
                .replace("ACTIONS", String.join(", ", Terms.ACTIONS)));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "columns: [id] | columns",
        "masks: [{column: town, how: null}] | masks",
        "rows: [{column: town, operator: eq, values: [Vannes]}] | rows"
      })
  void a_parameter_without_a_column_could_tell_what_a_tier_holds_back(String holding, String part)
      throws IOException {
    rooms
        .change("- {name: limit}", "- {name: q}")
        .change(
            "quota: {requestsPerDay: 1000}",
            "quota: {requestsPerDay: 1000}\n    datasets: {bus-stops: {" + holding + "}}");

    assertThat(rooms.findings())
        .contains(
            "87: tiers[0].datasets.bus-stops."
                + part
                + ": the distribution \"api\" takes the parameter \"q\", which names no column, so"
                + " it could tell of what is held back; only after, cursor, limit, offset, page"
                + " need none");
  }

  @Test
  void a_tier_can_only_be_lenient_with_a_quota_that_it_has() throws IOException {
    rooms.change(
        "quota: {requestsPerDay: 1000}",
        "quota: {requestsPerHour: 90, requestsPerDay: 1000, requestsPerMonth: 20000}\n"
            + "    quotaGrace: {requestsPerDay: 50, rowsPerHour: 5}");

    assertThat(rooms.findings())
        .containsExactly(
            "87: tiers[0].quotaGrace.rowsPerHour: there is no such quota to be lenient with");
  }

  @Test
  void what_is_let_through_of_a_dataset_in_all_counts_requests_only() throws IOException {
    rooms.change(
        "lastUpdate: 2025-11-17T08:30:00Z",
        "lastUpdate: 2025-11-17T08:30:00Z\n"
            + "    limits: {rate: {requests: 50, per: PT1S}, quota: {rowsPerDay: 5}}");

    assertThat(rooms.findings())
        .singleElement()
        .asString()
        .startsWith("69: datasets[1].limits.quota.rowsPerDay: ");
  }

  @Test
  void a_parameter_for_paging_needs_no_column() throws IOException {
    rooms.change(
        "quota: {requestsPerDay: 1000}",
        "quota: {requestsPerDay: 1000}\n    datasets: {bus-stops: {columns: [id]}}");

    assertThat(rooms.findings()).noneMatch(finding -> finding.contains("parameter"));
  }

  @Test
  void queries_in_a_body_are_for_http_stores_only() throws IOException {
    rooms.change("file: stops.zip", "file: stops.zip\n        postQueries: true");

    assertThat(rooms.findings())
        .contains("61: datasets[0].distributions[1].postQueries: is for HTTP stores only");
  }

  @Test
  void what_takes_queries_in_a_body_can_be_queried() throws IOException {
    rooms.change(
        "path: /stops", "path: /stops\n        postQueries: true\n        actions: [read]");

    assertThat(rooms.findings())
        .containsExactly(
            "50: datasets[0].distributions[0].actions: must name query too: postQueries lets"
                + " callers send one");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "columns: [id] | columns",
        "masks: [{column: town, how: null}] | masks",
        "rows: [{column: town, operator: eq, values: [Vannes]}] | rows"
      })
  void a_query_in_a_body_could_tell_what_a_tier_holds_back(String holding, String part)
      throws IOException {
    rooms
        .change("path: /stops", "path: /stops\n        postQueries: true")
        .change(
            "quota: {requestsPerDay: 1000}",
            "quota: {requestsPerDay: 1000}\n    datasets: {bus-stops: {" + holding + "}}");

    assertThat(rooms.findings())
        .contains(
            "88: tiers[0].datasets.bus-stops."
                + part
                + ": the distribution \"api\" takes queries in a body (postQueries), which only its"
                + " store reads, so they could tell of what is held back");
  }

  @Test
  void what_can_not_be_shaped_has_no_tier_that_shapes_it() throws IOException {
    rooms
        .change("formats: [json]", "formats: [json, xml]")
        .change("{requestsPerDay: 1000}", "{requestsPerDay: 1000}\n    caps: {rows: 10}");

    assertThat(rooms.findings())
        .contains(
            "87: tiers[0].caps.rows: for the dataset \"bus-stops\", the distribution \"api\" goes"
                + " out as xml, which can't be shaped");
  }

  @Test
  void what_declares_no_columns_has_no_tier_that_shapes_it() throws IOException {
    rooms
        .change("        columns:\n          - {name: id, type: text}\n", "")
        .change("          - {name: town, type: text}\n", "")
        .change(", column: town}", "}")
        .change("{requestsPerDay: 1000}", "{requestsPerDay: 1000}\n    caps: {rows: 10}");

    assertThat(rooms.findings())
        .contains(
            "84: tiers[0].caps.rows: for the dataset \"bus-stops\", the distribution \"api\""
                + " declares no columns, so none may go out once anything shapes it");
  }

  @Test
  void somebody_may_be_called_nobody() throws IOException {
    rooms.change("ville", "nobody");

    assertThat(rooms.findings()).isEmpty();
    rooms.change("kind: city", "kind: town");
    assertThat(rooms.findings()).hasSize(1);
  }

  @Test
  void a_dataset_has_at_most_one_offer_to_anyone() throws IOException {
    String offer = "  - slug: stops-open\n";
    String whole = Files.readString(rooms.charter());
    String again =
        whole
            .substring(whole.indexOf(offer), whole.indexOf("  - slug: presence-light"))
            .replace("stops-open", "stops-too");
    Files.writeString(rooms.charter(), whole + again);

    assertThat(rooms.findings())
        .containsExactly(
            "120: offers[2].datasets[0]: \"bus-stops\" has an offer to anyone already (offers[0]):"
                + " a dataset has at most one");
  }

  @Test
  void restricted_data_has_no_offer_to_anyone() throws IOException {
    rooms.change("eligibility: identified", "eligibility: anyone");

    assertThat(rooms.findings())
        .anyMatch(
            f ->
                f.endsWith(
                    "offers[1].datasets[0]: \"presence\" is classified restricted, so it goes out"
                        + " only under an agreement"))
        .anyMatch(f -> f.contains("offers[1].fee: an offer to anyone has nobody to bill"));
  }

  @Test
  void everything_wrong_is_found_at_once_and_nothing_is_applied() throws IOException {
    rooms.change("kind: private", "kind: privat").change("tier: light", "tier: ligth");

    assertThatThrownBy(rooms::apply)
        .isInstanceOfSatisfying(CharterException.class, e -> assertThat(e.findings()).hasSize(2))
        .hasMessageContaining(rooms.charter() + ":13: holders[1].kind:")
        .hasMessageContaining("offers[1].tier: no tier named");
    assertThat(rooms.everythingIn("territory")).isEmpty();
  }

  @Test
  void a_file_that_is_no_yaml_is_named_with_its_line() throws IOException {
    rooms.change("holders:", "holders: [");

    assertThat(rooms.findings()).singleElement().asString().contains("is not YAML here");
  }

  @Test
  void a_file_of_aliases_upon_aliases_is_refused() throws IOException {
    StringBuilder bomb = new StringBuilder("a0: &a0 [x, x]\n");
    for (int i = 1; i < 60; i++) {
      bomb.append("a%d: &a%d [*a%d, *a%d]\n".formatted(i, i, i - 1, i - 1));
    }
    Files.writeString(rooms.charter(), bomb);

    assertThat(rooms.findings()).singleElement().asString().contains("aliases");
  }

  @Test
  void a_file_of_more_than_a_mebibyte_is_refused() throws IOException {
    Files.writeString(rooms.charter(), "#".repeat((1 << 20) + 1));

    assertThat(rooms.findings()).containsExactly("1: the file is larger than 1 MiB");
  }

  @Test
  void a_missing_file_is_said_to_be_missing() throws IOException {
    Files.delete(rooms.charter());

    assertThat(rooms.findings()).containsExactly("1: there is no such file");
  }
}
