package org.octroi.agreement;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.JWKSet;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.Period;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.text.PDFTextStripper;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.octroi.offer.PublishedOffer;
import org.octroi.vocabulary.AgreementId;
import org.octroi.vocabulary.Approval;
import org.octroi.vocabulary.Sha256;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;

/** What comes of an agreement once it is granted: paper, signature, end, and what follows on it. */
class AgreementLifeTest extends AtTheDesk {

  @Autowired private AgreementClock agreementClock;
  @Autowired private Agreements agreements;
  @Autowired private AgreementMoves moves;

  private PublishedOffer yearly;

  @BeforeAll
  void an_offer_for_a_year() {
    yearly = offer("yearly", Approval.AUTOMATIC, Optional.of(Period.ofYears(1)));
  }

  @Test
  void the_signed_record_is_checked_with_the_keys_that_the_server_publishes() throws Exception {
    Reuser reuser = reuser();
    String agreement = submitted(reuser, automatic).at("/agreement");

    JWSObject signed = JWSObject.parse(signed(agreement, reuser.token()));

    JWKSet keys =
        JWKSet.parse(
            http.send(
                    HttpRequest.newBuilder(URI.create(desk() + "/oauth2/jwks")).build(),
                    HttpResponse.BodyHandlers.ofString())
                .body());
    assertThat(
            signed.verify(
                new RSASSAVerifier(keys.getKeyByKeyId(signed.getHeader().getKeyID()).toRSAKey())))
        .isTrue();
    assertThat(signed.getHeader().getType().getType()).isEqualTo("octroi-agreement+jws");
    JsonNode record = JSON.readTree(signed.getPayload().toString());
    assertThat(record.at("/licence/textSha256").asString())
        .isEqualTo(automatic.licence().textSha256());
    assertThat(record.at("/acceptances/0/textSha256").asString())
        .isEqualTo(automatic.licence().textSha256());
    assertThat(record.at("/acceptances/0/how").asString()).isEqualTo("personal-token");
    assertThat(record.toString()).doesNotContain("Person ");
    assertThat(signed(agreement, reuser.token())).isEqualTo(signed.serialize());
  }

  @Test
  void the_paper_is_in_the_readers_language_and_names_the_fingerprint_of_the_record()
      throws Exception {
    Reuser reuser = reuser();
    String agreement = submitted(reuser, automatic).at("/agreement");
    String fingerprint =
        Sha256.hex(JWSObject.parse(signed(agreement, reuser.token())).getPayload().toBytes());

    String french = paper(agreement, reuser.token(), "fr");
    String english = paper(agreement, reuser.token(), "en");

    assertThat(french)
        .contains("Accord de réutilisation n° RENNES-", "Ville de rennes", "ServiceProvision")
        .contains("sans terme");
    assertThat(english).contains("Reuse agreement no. RENNES-", "no end is set");
    assertThat(joined(english)).contains(fingerprint);
    assertThat(french).doesNotContain("Person ");
    assertThat(send("GET", "/agreements/" + agreement + ".pdf", reuser().token(), null).status())
        .isEqualTo(404);
  }

  @Test
  void an_agreement_is_renewed_towards_its_end_and_the_next_begins_where_it_ends()
      throws Exception {
    Reuser reuser = reuser();
    String first = submitted(reuser, yearly).at("/agreement");
    Map<String, String> body = Map.of("acceptedTextSha256", yearly.licence().textSha256());
    String renew = "/agreements/" + first + "/renew";

    assertThat(send("POST", renew, reuser.token(), body).status()).isEqualTo(409);
    endsIn(first, 80);
    assertThat(send("POST", renew, reviewer, body).status()).isEqualTo(403);
    Answer renewed = send("POST", renew, reuser.token(), body);

    assertThat(renewed.at("/state")).as(renewed.raw().body()).isEqualTo("approved");
    Answer next = send("GET", "/agreements/" + renewed.at("/agreement"), reuser.token(), null);
    assertThat(next.at("/renews")).isEqualTo(first);
    assertThat(next.at("/validFrom"))
        .isEqualTo(send("GET", "/agreements/" + first, reuser.token(), null).at("/validUntil"));
    assertThat(send("POST", renew, reuser.token(), body).status()).isEqualTo(409);
  }

  @Test
  void where_what_was_to_follow_is_revoked_the_agreement_before_it_is_the_one_in_force()
      throws Exception {
    Reuser reuser = reuser();
    String first = submitted(reuser, yearly).at("/agreement");
    endsIn(first, 80);
    Map<String, String> body = Map.of("acceptedTextSha256", yearly.licence().textSha256());
    Answer renewed = send("POST", "/agreements/" + first + "/renew", reuser.token(), body);
    change(renewed.at("/agreement"), "revoke", Map.of("ground", "misuse"));

    Answer second =
        send(
            "POST",
            "/requests/" + draft(reuser, yearly).at("/id") + "/submit",
            reuser.token(),
            body);

    assertThat(second.at("/type")).endsWith("agreement-exists");
    assertThat(
            jdbc.sql("select count(*) from agreement where id = :id and in_force_of is not null")
                .param("id", first)
                .query(Long.class)
                .single())
        .isEqualTo(1);
  }

  @Test
  void what_has_ended_is_marked_once_and_makes_room_for_another() throws Exception {
    Reuser reuser = reuser();
    String agreement = submitted(reuser, yearly).at("/agreement");
    endsIn(agreement, -1);

    agreementClock.tick();
    agreementClock.tick();

    assertThat(send("GET", "/agreements/" + agreement, reuser.token(), null).at("/status"))
        .isEqualTo("expired");
    assertThat(
            jdbc.sql(
                    "select count(*) from audit_entry"
                        + " where action = 'agreement.expire' and subject_id = :id")
                .param("id", agreement)
                .query(Long.class)
                .single())
        .isEqualTo(1);
    assertThat(submitted(reuser, yearly).at("/state")).isEqualTo("approved");
  }

  @Test
  void the_end_is_announced_at_ninety_forty_five_and_thirty_days_each_once() throws Exception {
    Reuser reuser = reuser();
    String agreement = submitted(reuser, yearly).at("/agreement");

    agreementClock.tick();
    assertThat(notices(agreement)).isEmpty();
    endsIn(agreement, 89);
    agreementClock.tick();
    agreementClock.tick();
    assertThat(notices(agreement)).containsExactly("ends-in-90");
    endsIn(agreement, 29);
    agreementClock.tick();
    assertThat(notices(agreement)).containsExactly("ends-in-30", "ends-in-45", "ends-in-90");
  }

  @Test
  void the_register_is_read_page_by_page_or_as_one_table() throws Exception {
    Reuser reuser = reuser();
    String agreement = submitted(reuser, automatic).at("/agreement");
    String number = agreements.find(AgreementId.of(agreement)).number().value();

    Answer page = send("GET", "/register?territory=rennes&limit=1", "", null);
    HttpResponse<String> table =
        http.send(
            HttpRequest.newBuilder(uri("/register.csv?territory=rennes")).build(),
            HttpResponse.BodyHandlers.ofString());

    assertThat(page.at("/items/0/number")).isEqualTo(number);
    assertThat(page.at("/items/0/datasets/0")).isEqualTo("parks");
    assertThat(page.at("/items/0/holder")).isEqualTo("Ville de rennes");
    assertThat(page.body().at("/items/0/organisation").isNull()).isTrue();
    assertThat(page.at("/next")).isEqualTo(agreement);
    assertThat(table.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/csv");
    List<CSVRecord> rows =
        CSVParser.parse(
                table.body(),
                CSVFormat.RFC4180.builder().setHeader().setSkipHeaderRecord(true).get())
            .getRecords();
    assertThat(rows.getFirst().get("number")).isEqualTo(number);
    assertThat(rows.getFirst().get("datasets")).isEqualTo("parks");
    assertThat(send("GET", "/register.csv?territory=nowhere", "", null).status()).isEqualTo(422);
  }

  @Test
  void a_reuser_ends_an_agreement_for_good_and_its_reviewers_are_told() throws Exception {
    Reuser reuser = reuser();
    String agreement = submitted(reuser, automatic).at("/agreement");
    String end = "/agreements/" + agreement + "/end";

    assertThat(send("POST", end, reviewer, null).status()).isEqualTo(403);
    Answer ended = send("POST", end, reuser.token(), Map.of("note", "We stop."));

    assertThat(ended.at("/status")).isEqualTo("revoked");
    assertThat(ended.at("/ground")).isEqualTo("ended-by-reuser");
    assertThat(send("POST", end, reuser.token(), null).at("/type"))
        .endsWith("/agreement-not-active");
    assertThat(send("GET", "/me/notices", reviewer, null).at("/items/0/kind"))
        .isEqualTo("agreement.ended");
    assertThat(change(agreement, "resume", null).status()).isEqualTo(409);
  }

  @Test
  void the_dossier_has_every_paper_and_is_for_staff_only() throws Exception {
    Reuser reuser = reuser();
    Answer sent = submitted(reuser, reviewed);
    send("POST", "/requests/" + sent.at("/id") + "/messages", reviewer, Map.of("text", "Hello."));
    Answer approved = decide(sent, "approve", reviewer, Map.of("note", "fine"));
    String path = "/agreements/" + approved.at("/agreement") + "/dossier";

    HttpResponse<byte[]> answer =
        http.send(
            HttpRequest.newBuilder(uri(path)).header("Authorization", "Bearer " + reviewer).build(),
            HttpResponse.BodyHandlers.ofByteArray());

    assertThat(answer.statusCode()).isEqualTo(200);
    Map<String, byte[]> files = unzipped(answer.body());
    assertThat(files.keySet())
        .contains(
            "agreement.json",
            "agreement.jws",
            "agreement-fr.pdf",
            "agreement-en.pdf",
            "request.json",
            "messages.json",
            "usage.csv",
            "audit.jsonl",
            "contents.json")
        .anyMatch(name -> name.startsWith("licence-1-"));
    JsonNode contents = JSON.readTree(files.get("contents.json"));
    files.forEach(
        (name, bytes) -> {
          if (!name.equals("contents.json")) {
            assertThat(contents.at("/sha256").get(name).asString())
                .as(name)
                .isEqualTo(Sha256.hex(bytes));
          }
        });
    assertThat(new String(files.get("audit.jsonl"), StandardCharsets.UTF_8))
        .contains("request.submit", "request.approve", "agreement.mint");
    assertThat(send("GET", path, reuser.token(), null).status()).isEqualTo(403);
    assertThat(send("GET", path, otherCitysReviewer, null).status()).isEqualTo(404);
  }

  @Test
  void agreements_move_to_a_newer_version_of_their_offer_after_their_notice() throws Exception {
    Reuser reuser = reuser();
    PublishedOffer before = offer("moving", Approval.AUTOMATIC, Optional.empty());
    String agreement = submitted(reuser, before).at("/agreement");
    PublishedOffer after = offer("moving", Approval.AUTOMATIC, Optional.of(Period.ofYears(2)));
    String path = "/offers/" + after.id() + "/move-agreements";
    String editor = staffOf("rennes", "holder-editor");

    assertThat(
            send("POST", path, editor, Map.of("at", "2020-01-01T00:00:00Z"))
                .at("/errors/0/pointer"))
        .isEqualTo("/at");
    assertThat(send("POST", path, editor, Map.of("at", "soon")).at("/errors/0/pointer"))
        .isEqualTo("/at");
    Map<String, String> soon = Map.of("at", Instant.now().plusSeconds(31 * 86_400L).toString());
    assertThat(send("POST", path, reviewer, soon).status()).isEqualTo(403);
    Answer announced = send("POST", path, editor, soon);
    assertThat(announced.status()).as(announced.raw().body()).isEqualTo(202);
    assertThat(announced.at("/agreements")).isEqualTo("1");
    assertThat(send("POST", path, editor, soon).status()).isEqualTo(409);
    assertThat(send("GET", "/me/notices", reuser.token(), null).at("/items/0/kind"))
        .isEqualTo("agreement.moving");
    moves.tick();
    assertThat(send("GET", "/agreements/" + agreement, reuser.token(), null).at("/offer"))
        .isEqualTo(before.id().toString());

    jdbc.sql("update agreement_move set moves_at = announced_at where offer_id = :offer")
        .param("offer", after.id().toString())
        .update();
    moves.tick();

    assertThat(send("GET", "/agreements/" + agreement, reuser.token(), null).at("/offer"))
        .isEqualTo(after.id().toString());
  }

  private static Map<String, byte[]> unzipped(byte[] bytes) throws Exception {
    Map<String, byte[]> files = new LinkedHashMap<>();
    try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(bytes))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        files.put(entry.getName(), zip.readAllBytes());
      }
    }
    return files;
  }

  private String signed(String agreement, String token) throws Exception {
    HttpResponse<String> answer =
        http.send(
            HttpRequest.newBuilder(uri("/agreements/" + agreement + ".jws"))
                .header("Authorization", "Bearer " + token)
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return answer.body();
  }

  private String paper(String agreement, String token, String language) throws Exception {
    HttpResponse<byte[]> answer =
        http.send(
            HttpRequest.newBuilder(uri("/agreements/" + agreement + ".pdf"))
                .header("Authorization", "Bearer " + token)
                .header("Accept-Language", language)
                .build(),
            HttpResponse.BodyHandlers.ofByteArray());
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Language")).hasValue(language);
    try (PDDocument document = Loader.loadPDF(answer.body())) {
      assertThat(document.getDocumentCatalog().getLanguage()).isEqualTo(language);
      return new PDFTextStripper().getText(document);
    }
  }

  /** A long word may be broken at the end of a line. */
  private static String joined(String text) {
    return text.replaceAll("\\s", "");
  }

  private List<String> notices(String agreement) {
    return jdbc.sql("select kind from agreement_notice where agreement_id = :id order by kind")
        .param("id", agreement)
        .query((row, n) -> row.getString("kind"))
        .list();
  }

  private void endsIn(String agreement, int days) {
    jdbc.sql("update agreement set valid_until = :end where id = :id")
        .param(
            "end",
            LocalDateTime.ofInstant(Instant.now().plusSeconds(days * 86_400L), ZoneOffset.UTC))
        .param("id", agreement)
        .update();
  }
}
