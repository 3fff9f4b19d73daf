package org.octroi.agreement;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.octroi.identity.Notice;
import org.octroi.identity.Notices;
import org.octroi.testing.Drafts;
import org.octroi.vocabulary.Bilingual;
import org.octroi.vocabulary.Id;
import org.octroi.vocabulary.PersonId;
import org.octroi.vocabulary.UtcTimes;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.JsonNode;

/**
 * Every operation of the desk's API, called by people who have a role, but elsewhere: at another
 * holder of the same territory, in another territory, for another reuser. None of them reaches
 * anything, and none is shown anything.
 *
 * <p>The operations are taken from the description that the desk itself publishes: one that is not
 * told here what to call it with fails the test.
 */
class IsolationTest extends AtTheDesk {

  private static final String ANOTHER_REUSER = "another reuser, of an organisation";
  private static final String TEXT_NOT_ACCEPTED = "0".repeat(64);

  /** How an operation is tried. */
  private sealed interface Trial {

    /** It is about somebody else's: whoever asks is refused. */
    record OfOthers(List<Call> calls) implements Trial {}

    /** It names somebody else's thing in its body or query: it is refused, or bad input. */
    record Naming(List<Call> calls) implements Trial {}

    /** It answers with what is the caller's own: nothing of anybody else is in it. */
    record OfMine(List<Call> calls) implements Trial {}

    /** It makes or changes something of the caller's own, and names nothing else. */
    record Alone() implements Trial {}
  }

  /**
   * One call.
   *
   * @param path values of the path's variables
   * @param query with its question mark, or empty
   */
  private record Call(Map<String, String> path, String query, @Nullable Object body) {}

  /** An operation as the description has it. */
  private record Operation(String id, String method, String path) {
    String with(Call call) {
      String filled = path.substring("/api/v1".length());
      for (Map.Entry<String, String> variable : call.path().entrySet()) {
        filled = filled.replace("{" + variable.getKey() + "}", variable.getValue());
      }
      assertThat(filled).as(id).doesNotContain("{");
      return filled + call.query();
    }
  }

  /** What belongs to no territory; reusers and their things belong to the whole instance. */
  private static final Set<String> OF_THE_INSTANCE =
      Set.of(
          "listUnconfirmedPeople",
          "listRetention",
          "listGates",
          "readGate",
          "listSigningKeys",
          "readApplication",
          "readApplicationClient",
          "listClients",
          "listSignInProviders",
          "listApiKeys",
          "readApiKey",
          "listMembers");

  /** There is no realm here and no provider; their own stories have them. */
  private static final Set<String> NOT_HERE =
      Set.of("readRealm", "readRealmClient", "readSignInProvider");

  /** A webhook's address may be a secret of its owner's, as those of chat rooms are. */
  private static final String FOR_ITS_OWNER_ALONE = "readWebhook";

  @Autowired private Notices notices;
  @Autowired private TransactionTemplate transaction;

  private final Map<String, String> strangers = new LinkedHashMap<>();
  private final Set<String> secrets = new TreeSet<>();
  private final Map<String, Trial> trials = new TreeMap<>();

  private String owner = "";
  private String rennesReviewer = "";
  private String draft = "";
  private String sent = "";
  private String approved = "";
  private String agreement = "";
  private String attachment = "";
  private String application = "";
  private String organisation = "";
  private String key = "";
  private String ownerPerson = "";
  private String demand = "";
  private String webhook = "";
  private String notice = "";
  private String role = "";
  private String letter = "";
  private String gate = "";
  private String issuer = "";
  private String dataset = "";
  private String rennes = "";

  @BeforeAll
  void somebodys_things_and_people_from_elsewhere() throws Exception {
    things();
    people();
    trials();
  }

  private void things() throws Exception {
    rennes = territories.find("rennes").orElseThrow().id().toString();
    dataset =
        datasets
            .find(territories.find("rennes").orElseThrow().id(), "parks")
            .orElseThrow()
            .id()
            .toString();
    Answer made = registered(UUID.randomUUID() + "@hidden.example");
    owner = made.at("/token");
    ownerPerson = made.at("/person/id");
    organisation =
        send(
                "POST",
                "/organisations",
                owner,
                Map.of("name", "Hidden gardens club", "kind", "association"))
            .at("/id");
    application =
        send(
                "POST",
                "/applications",
                owner,
                Map.of("name", "Hidden gardens map", "organisation", organisation))
            .at("/application/id");
    key =
        send("POST", "/applications/" + application + "/keys", owner, Map.of("name", "Hidden key"))
            .at("/key/id");
    webhook =
        send(
                "POST",
                "/webhooks",
                owner,
                Map.of(
                    "url",
                    "https://hidden.example/hook",
                    "organisation",
                    organisation,
                    "kinds",
                    List.of("webhook.tested")))
            .at("/webhook/id");
    Reuser reuser = new Reuser(owner, application);
    draft = draft(reuser, twice).at("/id");
    sent = submitted(reuser, reviewed).at("/id");
    Answer granted = submitted(reuser, automatic);
    approved = granted.at("/id");
    agreement = granted.at("/agreement");
    attachment = attached();
    send("POST", "/requests/" + sent + "/messages", owner, Map.of("text", "Hidden words"));
    demand =
        send(
                "POST",
                "/demands",
                owner,
                Map.of(
                    "territory", "rennes",
                    "holder", "ville",
                    "organisation", organisation,
                    "wanted", "Hidden wells",
                    "purposes", List.of("ServiceProvision")))
            .at("/id");
    Answer reviewerMade = registered(UUID.randomUUID() + "@hidden.example");
    role = grant(reviewerMade, "holder-reviewer", "rennes", "ville");
    rennesReviewer = reviewerMade.at("/token");
    change(agreement, "suspend", Map.of("ground", "misuse"));
    transaction.executeWithoutResult(
        status ->
            notices.tellPeople(
                List.of(PersonId.of(made.at("/person/id"))),
                new Notice(
                    "agreement.suspended",
                    Optional.empty(),
                    "agreement",
                    agreement,
                    new Bilingual("Hidden", "Hidden"),
                    new Bilingual("Hidden", "Hidden"))));
    notice = send("GET", "/me/notices", owner, null).at("/items/0/id");
    Answer drafted =
        send(
            "POST",
            "/territories/rennes/licences",
            staffOf("rennes", "holder-editor"),
            licence("hidden"));
    assertThat(drafted.status()).as(drafted.raw().body()).isEqualTo(201);
    gate = send("POST", "/gates", operator, Map.of("name", "a gate")).at("/gate/id");
    issuer = Id.next().toString();
    jdbc.sql(
            """
            insert into issuer
              (id, url, name, public_keys, keys_passed_over, keys_read_at, looked_at, created_by,
               created_at, version)
            values (:id, :url, 'An issuer', '[]', '[]', :now, :now, :id, :now, 1)
            """)
        .param("id", issuer)
        .param("url", "https://issuer.example/" + issuer)
        .param("now", UtcTimes.column(Instant.now()))
        .update();
    letter = Id.next().toString();
    jdbc.sql(
            """
            insert into outbox_message
              (id, means, kind, territory_id, recipient_id, state, tries, due_at, last_error,
               created_at, ended_at)
            values (:id, 'webhook', 'agreement.minted', :territory, :hook, 'dead', 9, :now,
              'hidden.example is away', :now, :now)
            """)
        .param("id", letter)
        .param("territory", rennes)
        .param("hook", webhook)
        .param("now", UtcTimes.column(Instant.now()))
        .update();
    for (String thing :
        List.of(
            draft,
            sent,
            approved,
            agreement,
            attachment,
            application,
            organisation,
            demand,
            webhook,
            notice,
            role,
            letter)) {
      assertThat(thing).hasSize(36);
    }
    secrets.addAll(List.of("Hidden", "hidden.example"));
  }

  private String attached() throws Exception {
    HttpResponse<String> answer =
        http.send(
            HttpRequest.newBuilder(uri("/requests/" + sent + "/attachments?name=Hidden.txt"))
                .header("Authorization", "Bearer " + owner)
                .header("Content-Type", "text/plain")
                .POST(HttpRequest.BodyPublishers.ofString("a plan"))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    return JSON.readTree(answer.body()).at("/id").asString("");
  }

  private void people() throws Exception {
    holders.keep(
        territories.find("rennes").orElseThrow().id(),
        Drafts.city("metropole", "Rennes Métropole"),
        HOUSE);
    stranger(ANOTHER_REUSER, "", "", "");
    send(
        "POST",
        "/organisations",
        strangers.getOrDefault(ANOTHER_REUSER, ""),
        Map.of("name", "Another club", "kind", "association"));
    stranger("another holder's editor", "holder-editor", "rennes", "metropole");
    stranger("another holder's reviewer", "holder-reviewer", "rennes", "metropole");
    stranger("another territory's editor", "holder-editor", "bordeaux", "ville");
    stranger("another territory's reviewer", "holder-reviewer", "bordeaux", "ville");
    stranger("another territory's administrator", "territory-administrator", "bordeaux", "");
    stranger("another territory's auditor", "auditor", "bordeaux", "");
    strangers.put("nobody", "");
  }

  private void stranger(String name, String role, String territory, String holder)
      throws Exception {
    Answer made = registered(UUID.randomUUID() + "@example.org");
    if (!role.isEmpty()) {
      grant(made, role, territory, holder);
    }
    strangers.put(name, made.at("/token"));
  }

  // ---- what each operation is called with

  private void trials() {
    String text = automatic.licence().textSha256();
    Map<String, Object> writing =
        Map.of("purposes", List.of("ServiceProvision"), "reuse", "Something else");
    Map<String, Object> ground = Map.of("ground", "misuse");

    ofRequests("readRequest", null);
    ofRequests("rewriteRequest", writing);
    ofRequests("submitRequest", Map.of("acceptedTextSha256", text));
    ofRequests("answerRequest", Map.of("text", "Yes"));
    ofRequests(
        "acceptProposal",
        Map.of("acceptedTextSha256", text, "acceptedTermsSha256", TEXT_NOT_ACCEPTED));
    ofRequests("withdrawRequest", null);
    ofRequests("approveRequest", Map.of());
    ofRequests("proposeTerms", Map.of("validity", "P1D"));
    ofRequests("refuseRequest", Map.of("ground", "capacity"));
    ofRequests("askApplicant", Map.of("text", "Why?"));
    ofRequests("assignRequest", Map.of());
    ofRequests("extendDeadline", Map.of("ground", "Much to do"));
    ofRequests("compareRequest", null);
    ofRequests("listMessages", null);
    ofRequests("writeMessage", Map.of("text", "Good morning"));
    ofRequests("listAttachments", null);
    trials.put(
        "attachFile",
        new Trial.OfOthers(List.of(new Call(Map.of("id", sent), "?name=a.txt", "text"))));
    trials.put(
        "readAttachment",
        new Trial.OfOthers(
            List.of(new Call(Map.of("id", sent, "attachment", attachment), "", null))));
    trials.put(
        "draftRequest",
        new Trial.Naming(
            List.of(
                new Call(
                    Map.of(),
                    "",
                    body(new Reuser("", application), reviewed, "ServiceProvision")))));
    mine("listRequests", "?limit=200", "?limit=200&territory=rennes");

    of("readAgreement", agreement, null);
    of("readAgreementAsOdrl", agreement, null);
    of("readAgreementAsPdf", agreement, null);
    of("readAgreementSigned", agreement, null);
    of("suspendAgreement", agreement, ground);
    of("resumeAgreement", agreement, null);
    of("revokeAgreement", agreement, ground);
    of("renewAgreement", agreement, Map.of("acceptedTextSha256", text));
    mine("listAgreements", "?limit=200", "?limit=200&territory=rennes");

    of("acceptLicenceVersion", agreement, Map.of("acceptedTextSha256", text));
    of("readDossier", agreement, null);
    trials.put(
        "readQuotas",
        new Trial.OfOthers(List.of(new Call(Map.of(), "?agreement=" + agreement, null))));
    of("endAgreement", agreement, null);

    String offer = reviewed.id().toString();
    Map<String, Object> offered = offered();
    of("publishOfferVersion", offer, offered);
    of("withdrawOffer", offer, null);
    of("listOfferFindings", offer, null);
    of("moveAgreements", offer, Map.of("at", Instant.now().plusSeconds(5_000_000).toString()));
    inRennes("publishOffer", offered);
    inRennes("checkOffer", offered);

    inRennes("draftLicence", licence("hidden-too"));
    Map<String, Object> revision = new HashMap<>(licence(""));
    revision.keySet().removeAll(Set.of("slug", "holder"));
    ofLicence("draftLicenceVersion", null);
    ofLicence("readLicenceDraft", null);
    ofLicence("reviseLicenceDraft", revision);
    ofLicence("discardLicenceDraft", null);
    ofLicence("publishLicenceDraft", Map.of("reacceptance", false));

    of("readDemand", demand, null);
    of("answerDemand", demand, Map.of("ground", "capacity"));
    of("answerDemandWithOffer", demand, Map.of("offer", automatic.id().toString()));
    of("withdrawDemand", demand, null);
    trials.put(
        "askForData",
        new Trial.Naming(
            List.of(
                new Call(
                    Map.of(),
                    "",
                    Map.of(
                        "territory", "rennes",
                        "holder", "ville",
                        "organisation", organisation,
                        "wanted", "In their name",
                        "purposes", List.of("ServiceProvision"))))));
    mine("listDemands", "?limit=200");

    of("readApplication", application, null);
    of("rotateClientSecret", application, null);
    of("setApplicationOrigins", application, Map.of("origins", List.of()));
    trials.put("registerClient", new Trial.Alone());
    of("readApplicationClient", application, null);
    of(
        "setApplicationClient",
        application,
        Map.of(
            "authentication",
            "secret",
            "grants",
            List.of("client-credentials"),
            "tokenFormat",
            "jwt"));
    of("withdrawMyAuthorization", application, null);
    of("suspendApplication", application, null);
    of("resumeApplication", application, null);
    of("createApiKey", application, Map.of("name", "In their name"));
    of("listApiKeys", application, null);
    of("readApiKey", key, null);
    of("rotateApiKey", key, null);
    of("revokeApiKey", key, null);
    naming("registerApplication", Map.of("name", "In their name", "organisation", organisation));
    mine("listMyApplications", "?limit=200");
    String shown = "e30.e30.bm9uZQ";
    of("linkClient", application, Map.of("issuer", issuer, "clientId", "theirs"));
    of("listClients", application, null);
    of("revokeToken", application, Map.of("token", shown));
    trials.put(
        "unlinkClient",
        new Trial.OfOthers(
            List.of(
                new Call(
                    Map.of("id", application, "client", UUID.randomUUID().toString()), "", null))));
    trials.put(
        "registerIssuer",
        new Trial.OfOthers(
            List.of(
                new Call(
                    Map.of(),
                    "",
                    Map.of(
                        "url",
                        "https://realm.example",
                        "name",
                        "Theirs",
                        "territories",
                        List.of())))));
    of("changeIssuer", issuer, Map.of("name", "Theirs", "territories", List.of("bordeaux")));
    of("refreshIssuer", issuer, null);
    of("removeIssuer", issuer, null);
    trials.put("readIssuer", new Trial.OfMine(List.of(new Call(Map.of("id", issuer), "", null))));
    mine("listIssuers", "");
    trials.put("readRealm", new Trial.OfOthers(List.of(new Call(Map.of(), "", null))));
    trials.put("reconcileRealm", new Trial.OfOthers(List.of(new Call(Map.of(), "", null))));
    of("readRealmClient", application, null);
    trials.put(
        "takePeopleFromRealm",
        new Trial.OfOthers(
            List.of(new Call(Map.of(), "", Map.of("territory", "rennes", "name", "Their realm")))));
    trials.put(
        "registerSignInProvider",
        new Trial.OfOthers(
            List.of(
                new Call(
                    Map.of(),
                    "",
                    Map.of(
                        "slug", "theirs",
                        "name", "Theirs",
                        "issuer", "https://realm.example",
                        "clientId", "desk",
                        "clientSecret", "secret")))));
    trials.put("listSignInProviders", new Trial.OfOthers(List.of(new Call(Map.of(), "", null))));
    of("readSignInProvider", UUID.randomUUID().toString(), null);
    of("removeSignInProvider", UUID.randomUUID().toString(), null);
    trials.put("registerOrganisation", new Trial.Alone());
    mine("listMyOrganisations", "");
    of("listMembers", organisation, null);
    of("inviteMember", organisation, Map.of("email", "friend@example.org"));
    trials.put(
        "endMembership",
        new Trial.OfOthers(
            List.of(new Call(Map.of("id", organisation, "person", ownerPerson), "", null))));
    mine("listMyInvitations", "?limit=200");
    of("acceptInvitation", organisation, null);
    of("declineInvitation", organisation, null);

    of("readWebhook", webhook, null);
    of("endWebhook", webhook, null);
    of("testWebhook", webhook, null);
    naming(
        "registerWebhook", Map.of("url", "https://example.org/hook", "organisation", organisation));
    mine("listMyWebhooks", "?limit=200");

    of("markNoticeAsRead", notice, null);
    mine("listMyNotices", "?limit=200");
    mine("readMyNotificationSettings", "");
    trials.put("changeMyNotificationSettings", new Trial.Alone());
    mine("readMe", "");
    mine("listMyAuthorizations", "");
    trials.put("endPersonalTokens", new Trial.Alone());
    trials.put("changeMyPassword", new Trial.Alone());
    trials.put("sendConfirmationLink", new Trial.Alone());
    of("confirmEmail", ownerPerson, null);
    mine("exportMe", "");
    trials.put("eraseMe", new Trial.Alone());
    of("makeResetLink", ownerPerson, null);
    of("turnOffSecondFactor", ownerPerson, null);
    trials.put("listUnconfirmedPeople", new Trial.OfOthers(List.of(new Call(Map.of(), "", null))));

    of("readRole", role, null);
    of("endRole", role, null);
    naming(
        "grantRole",
        Map.of(
            "person",
            UUID.randomUUID().toString(),
            "role",
            "holder-reviewer",
            "territory",
            "rennes",
            "holder",
            "ville"));
    trials.put(
        "listRoles",
        new Trial.Naming(
            List.of(new Call(Map.of(), "?territory=rennes", null), new Call(Map.of(), "", null))));

    mine("listDeadLetters", "?limit=200");
    of("sendDeadLetterAgain", letter, null);

    trials.put(
        "enrolGate", new Trial.OfOthers(List.of(new Call(Map.of(), "", Map.of("name", "a gate")))));
    trials.put("listGates", new Trial.OfOthers(List.of(new Call(Map.of(), "", null))));
    trials.put("listSigningKeys", new Trial.OfOthers(List.of(new Call(Map.of(), "", null))));
    trials.put(
        "rotateSigningKeys",
        new Trial.OfOthers(List.of(new Call(Map.of(), "", Map.of("leaked", true)))));
    of("readGate", gate, null);
    of("revokeGate", gate, null);

    of("pauseDataset", dataset, null);
    of("resumeDataset", dataset, null);
    of("deprecateDataset", dataset, Map.of("deprecatedAt", Instant.now().toString()));
    of("undeprecateDataset", dataset, null);
    of("retireDataset", dataset, null);
    ofHolder("listLetters", null);
    ofHolder(
        "writeLetter",
        Map.of(
            "title", Map.of("fr", "Bonjour", "en", "Hello"),
            "text", Map.of("fr", "De leur part", "en", "In their name")));

    trials.put(
        "listAudit", new Trial.OfOthers(List.of(new Call(Map.of(), "?territory=" + rennes, null))));
    trials.put(
        "exportAudit",
        new Trial.OfOthers(List.of(new Call(Map.of(), "?territory=" + rennes, null))));
    mine("verifyAudit", "");
    trials.put("listRetention", new Trial.OfOthers(List.of(new Call(Map.of(), "", null))));

    for (String usage :
        List.of("readUsageSeries", "readUsageBreakdown", "readTopUsage", "readUnmetDemand")) {
      mine(
          usage,
          "?territory=rennes&dimension=application",
          "?territory=rennes&dimension=application&application=" + application);
    }
  }

  private void ofRequests(String operation, @Nullable Object body) {
    trials.put(
        operation,
        new Trial.OfOthers(
            List.of(draft, sent, approved).stream()
                .map(id -> new Call(Map.of("id", id), "", body))
                .toList()));
  }

  private void of(String operation, String id, @Nullable Object body) {
    trials.put(operation, new Trial.OfOthers(List.of(new Call(Map.of("id", id), "", body))));
  }

  private void ofHolder(String operation, @Nullable Object body) {
    trials.put(
        operation,
        new Trial.OfOthers(
            List.of(new Call(Map.of("territory", "rennes", "holder", "ville"), "", body))));
  }

  private void ofLicence(String operation, @Nullable Object body) {
    trials.put(
        operation,
        new Trial.OfOthers(List.of(new Call(Map.of("licence", "rennes:hidden"), "", body))));
  }

  private void inRennes(String operation, Object body) {
    trials.put(
        operation, new Trial.Naming(List.of(new Call(Map.of("territory", "rennes"), "", body))));
  }

  private static Map<String, Object> licence(String slug) {
    return Map.of(
        "slug",
        slug,
        "holder",
        "ville",
        "name",
        Map.of("fr", "Hidden", "en", "Hidden"),
        "terms",
        Map.of(
            "permissions", List.of("use"),
            "prohibitions", List.of(),
            "duties", List.of("attribute")),
        "text",
        Map.of("fr", "Hidden", "en", "Hidden"),
        "authoritative",
        "fr");
  }

  private static Map<String, Object> offered() {
    return Map.of(
        "slug",
        "from-elsewhere",
        "holder",
        "ville",
        "title",
        Map.of("fr", "D'ailleurs", "en", "From elsewhere"),
        "datasets",
        List.of("parks"));
  }

  private void naming(String operation, Object body) {
    trials.put(operation, new Trial.Naming(List.of(new Call(Map.of(), "", body))));
  }

  private void mine(String operation, String... queries) {
    List<Call> calls = new ArrayList<>();
    for (String query : queries) {
      calls.add(new Call(Map.of(), query, null));
    }
    trials.put(operation, new Trial.OfMine(calls));
  }

  // ---- the drill

  @Test
  void every_operation_that_is_not_public_is_tried() throws Exception {
    assertThat(operations().stream().map(Operation::id))
        .containsExactlyInAnyOrderElementsOf(trials.keySet());
  }

  @Test
  void nobody_from_elsewhere_reaches_or_sees_anything() throws Exception {
    Map<String, String> before = state();
    List<String> wrong = new ArrayList<>();
    for (Operation operation : operations()) {
      for (Map.Entry<String, String> stranger : strangers.entrySet()) {
        for (Call call : calls(operation)) {
          Answer answer = call(operation, call, stranger.getValue());
          if (!isRight(operation, call, answer, stranger.getValue())) {
            wrong.add(
                operation.id()
                    + " by "
                    + stranger.getKey()
                    + ": "
                    + answer.status()
                    + " "
                    + answer.raw().body());
          }
        }
      }
    }

    assertThat(wrong).isEmpty();
    assertThat(state()).isEqualTo(before);
  }

  @Test
  void an_auditor_of_the_territory_or_of_all_changes_nothing() throws Exception {
    Map<String, String> before = state();
    List<String> wrong = new ArrayList<>();
    for (String auditor : auditors()) {
      for (Operation operation : operations()) {
        if (operation.method().equals("GET")) {
          continue;
        }
        for (Call call : calls(operation)) {
          Answer answer = call(operation, call, auditor);
          boolean refused =
              answer.status() == 403
                  || answer.status() == 404
                  || (answer.status() == 422 && trial(operation) instanceof Trial.Naming);
          if (!refused) {
            wrong.add(operation.id() + " " + answer.status() + " " + answer.raw().body());
          }
        }
      }
    }

    assertThat(wrong).isEmpty();
    assertThat(state()).isEqualTo(before);
  }

  @Test
  void an_auditor_reads_everything_of_the_territory_or_of_all() throws Exception {
    List<String> blind = new ArrayList<>();
    for (String auditor : auditors()) {
      boolean ofAll = auditor.equals(auditors().getLast());
      for (Operation operation : operations()) {
        if (!operation.method().equals("GET")
            || operation.id().equals(FOR_ITS_OWNER_ALONE)
            || NOT_HERE.contains(operation.id())
            || (!ofAll && OF_THE_INSTANCE.contains(operation.id()))) {
          continue;
        }
        boolean read = trial(operation) instanceof Trial.OfMine || calls(operation).isEmpty();
        for (Call call : calls(operation)) {
          read = read || call(operation, call, auditor).status() == 200;
        }
        if (!read) {
          blind.add((ofAll ? "all: " : "territory: ") + operation.id());
        }
      }
    }

    assertThat(blind).isEmpty();
  }

  private List<String> auditors = List.of();

  /** One of Rennes, and one of everything. */
  private List<String> auditors() throws Exception {
    if (auditors.isEmpty()) {
      List<String> made = new ArrayList<>();
      for (String territory : List.of("rennes", "")) {
        Answer person = registered(UUID.randomUUID() + "@example.org");
        Map<String, String> ask = new HashMap<>();
        ask.put("person", person.at("/person/id"));
        ask.put("role", "auditor");
        if (!territory.isEmpty()) {
          ask.put("territory", territory);
        }
        assertThat(send("POST", "/roles", operator, ask).status()).isEqualTo(201);
        made.add(person.at("/token"));
      }
      auditors = List.copyOf(made);
    }
    return auditors;
  }

  @Test
  void those_whose_it_is_do_see_it() throws Exception {
    Map<String, String> readers =
        new HashMap<>(
            Map.of(
                "compareRequest", rennesReviewer,
                "readRole", rennesReviewer,
                "listOfferFindings", rennesReviewer,
                "readLicenceDraft", rennesReviewer,
                "readDossier", rennesReviewer,
                "listLetters", rennesReviewer,
                "readDemand", owner,
                "readWebhook", owner,
                "listRetention", operator));
    readers.put("listUnconfirmedPeople", operator);
    readers.put("listGates", operator);
    readers.put("listSignInProviders", operator);
    readers.put("listSigningKeys", operator);
    readers.put("readGate", operator);
    List<String> blind = new ArrayList<>();
    for (Operation operation : operations()) {
      if (operation.method().equals("GET")
          && trial(operation) instanceof Trial.OfOthers(List<Call> calls)
          && !NOT_HERE.contains(operation.id())
          && !operation.id().contains("Audit")) {
        Call last = calls.getLast();
        Answer answer = call(operation, last, readers.getOrDefault(operation.id(), owner));
        if (answer.status() != 200) {
          blind.add(operation.id() + " " + answer.status());
        }
      }
    }

    assertThat(blind).isEmpty();
    assertThat(send("GET", "/requests", rennesReviewer, null).raw().body()).contains(sent);
    assertThat(send("GET", "/requests?limit=200", rennesReviewer, null).raw().body())
        .doesNotContain(draft);
  }

  @Test
  void an_answer_kept_for_a_repeated_post_is_for_who_sent_it() throws Exception {
    String key = UUID.randomUUID().toString();
    Map<String, String> words = Map.of("text", "Hidden once more");
    String path = "/requests/" + sent + "/messages";
    Answer first = send("POST", path, owner, words, "Idempotency-Key", key);
    assertThat(first.status()).isEqualTo(201);

    for (String stranger : strangers.values()) {
      Answer again = send("POST", path, stranger, words, "Idempotency-Key", key);

      assertThat(again.status()).isIn(401, 404);
      assertThat(again.raw().body()).doesNotContain("Hidden");
    }
  }

  private List<Operation> operations() throws Exception {
    List<Operation> operations = new ArrayList<>();
    JsonNode description = send("GET", "/openapi.json", "", null).body();
    description
        .at("/paths")
        .properties()
        .forEach(
            path ->
                path.getValue()
                    .properties()
                    .forEach(
                        one -> {
                          if (!one.getValue().at("/security").toString().equals("[{}]")) {
                            operations.add(
                                new Operation(
                                    one.getValue().at("/operationId").asString(),
                                    one.getKey().toUpperCase(Locale.ROOT),
                                    path.getKey()));
                          }
                        }));
    return operations;
  }

  private Trial trial(Operation operation) {
    return trials.getOrDefault(operation.id(), new Trial.Alone());
  }

  private List<Call> calls(Operation operation) {
    return switch (trial(operation)) {
      case Trial.OfOthers(List<Call> calls) -> calls;
      case Trial.Naming(List<Call> calls) -> calls;
      case Trial.OfMine(List<Call> calls) -> calls;
      case Trial.Alone() -> List.of();
    };
  }

  private Answer call(Operation operation, Call call, String token) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri(operation.with(call))).header("If-Match", "*");
    if (!token.isEmpty()) {
      request.header("Authorization", "Bearer " + token);
    }
    if (call.body() == null) {
      request.method(operation.method(), HttpRequest.BodyPublishers.noBody());
    } else {
      request
          .header("Content-Type", "application/json")
          .method(
              operation.method(),
              HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(call.body())));
    }
    HttpResponse<String> answer = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    boolean json =
        answer.headers().firstValue("Content-Type").filter(t -> t.contains("json")).isPresent();
    return new Answer(
        answer.statusCode(),
        answer,
        json && !answer.body().isEmpty() && !answer.body().contains("}\n{")
            ? JSON.readTree(answer.body())
            : JSON.createObjectNode());
  }

  private boolean isRight(Operation operation, Call call, Answer answer, String token) {
    int status = answer.status();
    String said = answer.raw().body();
    if (secrets.stream().anyMatch(said::contains)) {
      return false;
    }
    if (token.isEmpty()) {
      return status == 401;
    }
    return switch (trial(operation)) {
      case Trial.OfOthers of -> status == 403 || status == 404;
      case Trial.Naming naming -> status == 403 || status == 404 || status == 422;
      case Trial.OfMine mine ->
          status == 403
              || status == 404
              || (status == 200 && things(call).stream().noneMatch(said::contains));
      case Trial.Alone alone -> true;
    };
  }

  /** What must not be told; what the caller named themselves may be said back to them. */
  private List<String> things(Call call) {
    return List.of(
            draft,
            sent,
            approved,
            agreement,
            attachment,
            application,
            organisation,
            demand,
            webhook,
            notice,
            role,
            letter)
        .stream()
        .filter(id -> !call.query().contains(id))
        .toList();
  }

  private Map<String, String> state() {
    Map<String, String> state = new HashMap<>();
    for (Map.Entry<String, String> one :
        Map.of(
                "access_request", draft + "," + sent + "," + approved,
                "agreement", agreement,
                "application", application,
                "api_key", key,
                "data_demand", demand,
                "webhook", webhook,
                "role_grant", role,
                "outbox_message", letter,
                "offer", reviewed.id().toString(),
                "dataset", dataset)
            .entrySet()) {
      state.put(
          one.getKey(),
          jdbc.sql("select * from " + one.getKey() + " where id in (:ids) order by id")
              .param("ids", List.of(one.getValue().split(",")))
              .query()
              .listOfRows()
              .toString());
    }
    state.put(
        "request_message",
        jdbc.sql("select count(*) from request_message where request_id in (:ids)")
            .param("ids", List.of(draft, sent, approved))
            .query(String.class)
            .single());
    return state;
  }
}
