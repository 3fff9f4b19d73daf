package org.octroi.agreement;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.Period;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.octroi.identity.Owner;
import org.octroi.identity.web.ExpectedVersion;
import org.octroi.offer.PublishedOffer;
import org.octroi.problem.RefusedException;
import org.octroi.territory.Holder;
import org.octroi.territory.Territory;
import org.octroi.vocabulary.AccessRequestId;
import org.octroi.vocabulary.AgreementId;
import org.octroi.vocabulary.ApplicationId;
import org.octroi.vocabulary.Approval;
import org.octroi.vocabulary.Caller;
import org.octroi.vocabulary.OrganisationId;
import org.octroi.vocabulary.PersonId;
import org.octroi.vocabulary.Purpose;
import org.octroi.vocabulary.Role;
import org.octroi.vocabulary.Sha256;
import org.octroi.vocabulary.SignedIn;
import org.octroi.vocabulary.UtcTimes;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;

/**
 * Random people who do random things with a few requests and agreements, and what must be true of
 * the database whatever they did.
 *
 * <p>A sequence is a list of moves, each with a seed of its own, so that one that fails is told
 * shortened: a move is left out where what remains fails as well.
 */
abstract class RandomDeeds extends AtTheDesk {

  private static final int MOST_MOVES = 25;
  private static final List<Deed> FIRST = List.of(Deed.DRAFT, Deed.SUBMIT);
  private static final Purpose WHOLE = new Purpose("ServiceProvision");

  @Autowired private DraftRequest draft;
  @Autowired private RewriteDraft rewrite;
  @Autowired private SubmitRequest submit;
  @Autowired private AskApplicant ask;
  @Autowired private AnswerReviewers answer;
  @Autowired private AssignRequest assign;
  @Autowired private ExtendDeadline extend;
  @Autowired private ProposeTerms propose;
  @Autowired private ApproveRequest approve;
  @Autowired private AcceptProposal accept;
  @Autowired private RefuseRequest refuse;
  @Autowired private WithdrawRequest withdraw;
  @Autowired private RenewAgreement renew;
  @Autowired private SuspendAgreement suspend;
  @Autowired private ResumeAgreement resume;
  @Autowired private RevokeAgreement revoke;
  @Autowired private WriteMessage write;
  @Autowired private AttachFile attach;
  @Autowired private DataDemands demands;
  @Autowired private RequestClock requestClock;
  @Autowired private Proposals proposals;
  @Autowired private AccessRequests requests;

  private final Map<String, Caller> people = new LinkedHashMap<>();
  private final Map<String, OrganisationId> organisations = new HashMap<>();
  private final Map<Deed, Integer> done = new EnumMap<>(Deed.class);
  private List<PublishedOffer> choice = List.of();
  private String bordeaux = "";

  private enum Subject {
    NONE,
    REQUEST,
    AGREEMENT,
    DEMAND
  }

  private enum Deed {
    DRAFT(8, Subject.NONE, false),
    REWRITE(2, Subject.REQUEST, false),
    SUBMIT(14, Subject.REQUEST, false),
    ASK(3, Subject.REQUEST, true),
    ANSWER(8, Subject.REQUEST, false),
    ASSIGN(4, Subject.REQUEST, true),
    EXTEND(2, Subject.REQUEST, true),
    PROPOSE(6, Subject.REQUEST, true),
    APPROVE(14, Subject.REQUEST, true),
    ACCEPT(14, Subject.REQUEST, false),
    REFUSE(1, Subject.REQUEST, true),
    WITHDRAW(1, Subject.REQUEST, false),
    RENEW(12, Subject.AGREEMENT, false),
    SUSPEND(3, Subject.AGREEMENT, true),
    RESUME(8, Subject.AGREEMENT, true),
    REVOKE(5, Subject.AGREEMENT, true),
    WRITE(2, Subject.REQUEST, false),
    ATTACH(1, Subject.REQUEST, false),
    DEMAND(3, Subject.NONE, false),
    ANSWER_DEMAND(3, Subject.DEMAND, true),
    OFFER_TO_DEMAND(3, Subject.DEMAND, true),
    WITHDRAW_DEMAND(3, Subject.DEMAND, false),
    WAIT(1, Subject.NONE, false);

    private static final List<Deed> AS_OFTEN =
        Arrays.stream(values())
            .flatMap(deed -> Collections.nCopies(deed.often, deed).stream())
            .toList();

    private final int often;
    private final Subject of;
    private final boolean ofStaff;

    Deed(int often, Subject of, boolean ofStaff) {
      this.often = often;
      this.of = of;
      this.ofStaff = ofStaff;
    }
  }

  /**
   * A move.
   *
   * @param person who makes it; empty for one of those whose it is to make
   * @param seed of what else is chosen
   */
  private record Move(Deed deed, Optional<String> person, long seed) {
    @Override
    public String toString() {
      return person.orElse("rightly") + " " + deed;
    }
  }

  /** What is done, and for which offers: two of them, so that people meet again. */
  private record Sequence(List<PublishedOffer> offers, List<Move> moves) {
    @Override
    public String toString() {
      return offers.stream().map(offer -> offer.slug().value()).toList() + " " + moves;
    }
  }

  /** What one sequence is about: fresh applications, and what was made for them. */
  private static final class Desk {
    final List<PublishedOffer> offers;
    final List<ApplicationId> applications = new ArrayList<>();
    final List<String> requests = new ArrayList<>();
    final List<String> demands = new ArrayList<>();
    final List<String> told = new ArrayList<>();
    Map<String, RequestState> states = Map.of();

    Desk(List<PublishedOffer> offers) {
      this.offers = offers;
    }

    List<String> ids() {
      return applications.stream().map(ApplicationId::toString).toList();
    }
  }

  @BeforeAll
  void people_of_all_kinds() throws Exception {
    TerritoryOf rennes = territory("rennes");
    TerritoryOf bordeaux = territory("bordeaux");
    this.bordeaux = bordeaux.territory().id().toString();
    dataset(bordeaux.territory().id(), bordeaux.holder().id());
    Period month = Period.ofDays(30);
    choice =
        List.of(
            automatic,
            reviewed,
            twice,
            offer("monthly", Approval.AUTOMATIC, Optional.of(month)),
            offer("monthly-reviewed", Approval.ONE_REVIEWER, Optional.of(month)),
            offer("bordeaux", "bordeaux-reviewed", Approval.ONE_REVIEWER, Optional.empty()));
    organisation("one", Optional.of("552100554"));
    organisation("two", Optional.of("552081317"));
    organisation("two-again", Optional.of("552081317"));
    person("alice", List.of(), "one");
    person("anna", List.of(), "one");
    person("bob", List.of(), "two");
    person("rita", List.of(rennes.reviewer()));
    person("rob", List.of(rennes.reviewer()));
    person("carla, who is of the reuser too", List.of(rennes.reviewer()), "one");
    person("sol, of the same firm by another entry", List.of(rennes.reviewer()), "two-again");
    person("bea of bordeaux", List.of(bordeaux.reviewer()));
    person("ed who edits", List.of(rennes.grant(Role.HOLDER_EDITOR)));
    person("aud who audits", List.of(rennes.audit()));
    person("ned", List.of());
  }

  private record TerritoryOf(Territory territory, Holder holder) {
    Caller.Grant reviewer() {
      return grant(Role.HOLDER_REVIEWER);
    }

    Caller.Grant grant(Role role) {
      return new Caller.Grant(role, Optional.of(territory.id()), Optional.of(holder.id()));
    }

    Caller.Grant audit() {
      return new Caller.Grant(Role.AUDITOR, Optional.of(territory.id()), Optional.empty());
    }
  }

  private TerritoryOf territory(String slug) {
    Territory found = territories.find(slug).orElseThrow();
    return new TerritoryOf(found, holders.find(found.id(), "ville").orElseThrow());
  }

  private void organisation(String name, Optional<String> siren) {
    OrganisationId id = OrganisationId.create();
    jdbc.sql(
            """
            insert into organisation (id, name, siren, kind, created_at)
            values (:id, :name, :siren, 'company', :now)
            """)
        .param("id", id.toString())
        .param("name", name)
        .param("siren", siren.orElse(null))
        .param("now", UtcTimes.column(Instant.now()))
        .update();
    organisations.put(name, id);
  }

  private OrganisationId firmNamed(String name) {
    return Objects.requireNonNull(organisations.get(name));
  }

  private void person(String name, List<Caller.Grant> grants, String... of) throws Exception {
    Answer made = registered(UUID.randomUUID() + "@example.org");
    for (Caller.Grant grant : grants) {
      grant(
          made,
          grant.role().word(),
          territories.find(grant.territory().orElseThrow()).orElseThrow().slug().value(),
          grant.holder().isPresent() ? "ville" : "");
    }
    people.put(
        name,
        new Caller(
            PersonId.of(made.at("/person/id")),
            grants,
            Arrays.stream(of).map(this::firmNamed).collect(Collectors.toSet()),
            SignedIn.PERSONAL_TOKEN));
  }

  /** Plays so many sequences; each is found again by the seed that a failure tells. */
  void play(int sequences, long seed) {
    for (int number = 0; number < sequences; number++) {
      Sequence sequence = sequence(new Random(seed + number));
      Optional<Throwable> failure = failureOf(sequence);
      if (failure.isPresent()) {
        Sequence fewest = shortened(sequence);
        throw new AssertionError(
            "seed " + (seed + number) + ", shortened: " + fewest,
            failureOf(fewest).orElse(failure.get()));
      }
    }
  }

  private Sequence sequence(Random random) {
    List<String> names = List.copyOf(people.keySet());
    List<Move> moves = new ArrayList<>();
    int length = 10 + random.nextInt(MOST_MOVES - 9);
    for (int i = 0; i < length; i++) {
      Deed deed = i < 2 ? FIRST.get(i) : any(Deed.AS_OFTEN, random);
      moves.add(
          new Move(
              deed,
              random.nextInt(4) > 0 ? Optional.empty() : Optional.of(any(names, random)),
              random.nextLong()));
    }
    return new Sequence(List.of(any(choice, random), any(choice, random)), moves);
  }

  private Sequence shortened(Sequence failing) {
    Sequence fewest = failing;
    for (int i = failing.moves().size() - 1; i >= 0; i--) {
      List<Move> fewer = new ArrayList<>(fewest.moves());
      fewer.remove(i);
      Sequence shorter = new Sequence(failing.offers(), fewer);
      if (failureOf(shorter).isPresent()) {
        fewest = shorter;
      }
    }
    return fewest;
  }

  private Optional<Throwable> failureOf(Sequence sequence) {
    Desk desk = new Desk(sequence.offers());
    desk.applications.add(application(firmNamed("one")));
    desk.applications.add(application(firmNamed("two")));
    try {
      for (Move move : sequence.moves()) {
        make(move, desk);
        checkSteps(desk);
      }
      check(desk);
      return Optional.empty();
    } catch (Exception | AssertionError e) {
      e.addSuppressed(new AssertionError("what was done: " + desk.told));
      return Optional.of(e);
    }
  }

  private ApplicationId application(OrganisationId of) {
    ApplicationId id = ApplicationId.create();
    jdbc.sql(
            """
            insert into application
              (id, owner_organisation, name, client_id, client_secret_sha256, status, version,
               created_at)
            values (:id, :of, 'A map', :client, :secret, 'active', 1, :now)
            """)
        .param("id", id.toString())
        .param("of", of.toString())
        .param("client", "octa-" + id)
        .param("secret", "0".repeat(64))
        .param("now", UtcTimes.column(Instant.now()))
        .update();
    return id;
  }

  private void make(Move move, Desk desk) {
    Random random = new Random(move.seed());
    Optional<String> of = subject(move.deed().of, desk, random);
    if (of.isEmpty()) {
      return;
    }
    String outcome = "done";
    String by = move.person().orElseGet(() -> rightful(move.deed(), of.get(), random));
    try {
      deed(move.deed(), of.get(), random, Objects.requireNonNull(people.get(by)), desk);
      done.merge(move.deed(), 1, Integer::sum);
    } catch (RefusedException refused) {
      outcome = refused.refusal().type().word();
    }
    desk.told.add(by + " " + move.deed() + ": " + outcome);
  }

  private String rightful(Deed deed, String of, Random random) {
    Optional<Side> side =
        jdbc.sql(
                """
                select r.territory_id, a.owner_organisation
                from access_request r join application a on a.id = r.application_id
                where r.id = :id
                  or r.id = (select request_id from agreement where id = :id)
                """)
            .param("id", of)
            .query((row, n) -> new Side(row.getString(1), row.getString(2)))
            .optional();
    if (deed.ofStaff) {
      return side.filter(one -> one.territory().equals(bordeaux)).isPresent()
          ? "bea of bordeaux"
          : any(List.of("rita", "rob"), random);
    }
    return side.filter(one -> one.organisation().equals(firmNamed("two").toString())).isPresent()
        ? "bob"
        : any(List.of("alice", "anna"), random);
  }

  private record Side(String territory, String organisation) {}

  /** What a move is about; the newest most often, so that stories go on. */
  private Optional<String> subject(Subject of, Desk desk, Random random) {
    List<String> ids =
        switch (of) {
          case NONE -> List.of("");
          case REQUEST -> desk.requests;
          case DEMAND -> desk.demands;
          case AGREEMENT ->
              jdbc.sql("select id from agreement where application_id in (:ids) order by id")
                  .param("ids", desk.ids())
                  .query(String.class)
                  .list();
        };
    return ids.isEmpty()
        ? Optional.empty()
        : Optional.of(random.nextBoolean() ? ids.getLast() : any(ids, random));
  }

  private void deed(Deed deed, String of, Random random, Caller by, Desk desk) {
    switch (deed.of) {
      case NONE -> deed(deed, random, by, desk);
      case REQUEST -> withRequest(deed, AccessRequestId.of(of), random, by);
      case AGREEMENT -> withAgreement(deed, AgreementId.of(of), random, by, desk);
      case DEMAND -> withDemand(deed, of, random, by, desk);
    }
  }

  private void deed(Deed deed, Random random, Caller by, Desk desk) {
    switch (deed) {
      case DRAFT ->
          desk.requests.add(
              draft
                  .handle(
                      any(desk.offers, random).id(),
                      own(desk, by, random),
                      new TreeSet<>(Set.of(WHOLE)),
                      "A map",
                      Map.of(),
                      by)
                  .id()
                  .toString());
      case DEMAND -> {
        TerritoryOf rennes = territory("rennes");
        desk.demands.add(
            demands
                .ask(
                    rennes.territory(),
                    rennes.holder(),
                    new Owner.OfPerson(by.person()),
                    Optional.empty(),
                    "More data",
                    new TreeSet<>(Set.of(WHOLE)),
                    by)
                .id());
      }
      case WAIT -> {
        jdbc.sql(
                """
                update access_request set waiting_since = :long
                where application_id in (:ids) and waiting_since is not null
                """)
            .param("long", UtcTimes.column(Instant.now().minusSeconds(61 * 86_400L)))
            .param("ids", desk.ids())
            .update();
        requestClock.tick();
      }
      default -> throw new IllegalStateException(deed + " is about something");
    }
  }

  private void withAgreement(Deed deed, AgreementId id, Random random, Caller by, Desk desk) {
    switch (deed) {
      case RENEW -> desk.requests.add(renew.handle(id, text(random), by).id().toString());
      case SUSPEND ->
          suspend.handle(id, EndingGround.MISUSE, Optional.empty(), version(random), by);
      case RESUME -> resume.handle(id, version(random), by);
      case REVOKE -> revoke.handle(id, EndingGround.MISUSE, Optional.empty(), version(random), by);
      default -> throw new IllegalStateException(deed + " is about no agreement");
    }
  }

  private void withDemand(Deed deed, String id, Random random, Caller by, Desk desk) {
    switch (deed) {
      case ANSWER_DEMAND -> demands.answer(id, RefusalGround.CAPACITY, Optional.empty(), by);
      case OFFER_TO_DEMAND ->
          demands.offered(id, any(desk.offers, random).id(), Optional.empty(), by);
      case WITHDRAW_DEMAND -> demands.withdraw(id, by);
      default -> throw new IllegalStateException(deed + " is about no demand");
    }
  }

  private void withRequest(Deed deed, AccessRequestId id, Random random, Caller by) {
    ExpectedVersion version = version(random);
    switch (deed) {
      case REWRITE ->
          rewrite.handle(id, new TreeSet<>(Set.of(WHOLE)), "Another map", Map.of(), version, by);
      case SUBMIT -> submit.handle(id, text(random), version, by);
      case ASK -> ask.handle(id, "Which map?", version, by);
      case ANSWER -> answer.handle(id, "This one.", version, by);
      case ASSIGN ->
          assign.handle(
              id, Optional.of(any(List.copyOf(people.values()), random).person()), version, by);
      case EXTEND -> extend.handle(id, "Many requests.", version, by);
      case PROPOSE -> propose.handle(id, new NarrowerTerms(null, "P10D", null, null), version, by);
      case APPROVE -> approve.handle(id, Optional.empty(), version, by);
      case ACCEPT ->
          accept.handle(
              id,
              text(random),
              proposals
                  .of(requests.find(id))
                  .filter(proposed -> random.nextInt(8) > 0)
                  .map(Proposals.Proposal::sha256)
                  .orElse("0".repeat(64)),
              version,
              by);
      case REFUSE -> refuse.handle(id, RefusalGround.CAPACITY, Optional.empty(), version, by);
      case WITHDRAW -> withdraw.handle(id, version, by);
      case WRITE -> write.handle(id, "Good morning.", by);
      case ATTACH -> attach.handle(id, "map.txt", "a map".getBytes(UTF_8), by);
      default -> throw new IllegalStateException(deed + " is about no request");
    }
  }

  private ApplicationId own(Desk desk, Caller by, Random random) {
    int side = by.organisations().contains(firmNamed("two")) ? 1 : 0;
    return desk.applications.get(random.nextInt(8) > 0 ? side : 1 - side);
  }

  private String text(Random random) {
    return random.nextInt(8) > 0 ? automatic.licence().textSha256() : "0".repeat(64);
  }

  private static ExpectedVersion version(Random random) {
    return random.nextInt(6) > 0
        ? new ExpectedVersion.Any()
        : new ExpectedVersion.Exactly(1 + random.nextInt(4));
  }

  private static <T> T any(List<T> of, Random random) {
    return of.get(random.nextInt(of.size()));
  }

  // ---- what must be true after each move

  private void checkSteps(Desk desk) {
    Map<String, RequestState> now = new HashMap<>();
    jdbc.sql("select id, status from access_request where application_id in (:ids)")
        .param("ids", desk.ids())
        .query(
            row -> {
              now.put(row.getString("id"), RequestState.of(row.getString("status")));
            });
    desk.states.forEach(
        (id, before) ->
            assertThat(Objects.requireNonNull(now.get(id)))
                .as("request %s, which was %s", id, before)
                .matches(after -> before == after || leads(before, after)));
    desk.states = now;
  }

  private static boolean leads(RequestState before, RequestState after) {
    return Arrays.stream(RequestState.Step.values())
        .anyMatch(step -> before.after(step).filter(after::equals).isPresent());
  }

  // ---- what must be true at the end of a sequence

  private void check(Desk desk) {
    assertThat(agreementsWithoutTheirText(desk)).as("agreements without their text").isEmpty();
    assertThat(requestsWithoutTheirAgreement(desk))
        .as("approved is what has one agreement, and nothing else")
        .isEmpty();
    checkOneInForce(desk);
    checkDeciders(desk);
    checkAccepters(desk);
    checkRecord(desk);
  }

  private List<String> agreementsWithoutTheirText(Desk desk) {
    return jdbc.sql(
            """
            select a.id from agreement a
            where a.application_id in (:ids) and not exists (
              select 1 from agreement_acceptance c
                join licence_version v on v.id = c.licence_version_id
              where c.agreement_id = a.id and c.territory_id = a.territory_id
                and v.id = a.licence_version_id
                and c.text_sha256 = a.text_sha256 and v.text_sha256 = a.text_sha256)
            """)
        .param("ids", desk.ids())
        .query((row, n) -> row.getString(1))
        .list();
  }

  private List<String> requestsWithoutTheirAgreement(Desk desk) {
    return jdbc.sql(
            """
            select q.id from access_request q left join agreement a on a.request_id = q.id
            where q.application_id in (:ids)
            group by q.id, q.status
            having (q.status = 'approved' and count(a.id) <> 1)
              or (q.status <> 'approved' and count(a.id) <> 0)
            """)
        .param("ids", desk.ids())
        .query((row, n) -> row.getString(1))
        .list();
  }

  private record Standing(String offer, LocalDateTime from, LocalDateTime until) {
    boolean overlaps(Standing other) {
      return offer.equals(other.offer) && from.isBefore(other.until) && other.from.isBefore(until);
    }
  }

  private void checkOneInForce(Desk desk) {
    List<Standing> standing =
        jdbc.sql(
                """
                select a.application_id, a.territory_id, o.slug, a.valid_from, a.valid_until
                from agreement a join offer o on o.id = a.offer_id
                where a.application_id in (:ids) and a.status in ('active', 'suspended')
                """)
            .param("ids", desk.ids())
            .query(
                (row, n) ->
                    new Standing(
                        row.getString(1) + "/" + row.getString(2) + "/" + row.getString(3),
                        row.getObject(4, LocalDateTime.class),
                        Optional.ofNullable(row.getObject(5, LocalDateTime.class))
                            .orElse(LocalDateTime.MAX)))
            .list();
    for (Standing one : standing) {
      assertThat(standing.stream().filter(one::overlaps).toList())
          .as("agreements in force at one moment")
          .containsExactly(one);
    }
  }

  private void checkDeciders(Desk desk) {
    jdbc.sql(
            """
            select d.reviewer, r.holder_id, r.applicant, a.owner_organisation
            from request_decision d
              join access_request r on r.id = d.request_id
              join application a on a.id = r.application_id
            where r.application_id in (:ids)
            """)
        .param("ids", desk.ids())
        .query(
            row -> {
              String reviewer = row.getString("reviewer");
              assertThat(reviewer).isNotEqualTo(row.getString("applicant"));
              Caller by = caller(reviewer);
              String holder = row.getString("holder_id");
              assertThat(by.grants())
                  .anyMatch(
                      grant ->
                          grant.role() == Role.HOLDER_REVIEWER
                              && grant.holder().orElseThrow().toString().equals(holder));
              assertThat(onSideOf(by, row.getString("owner_organisation"))).isFalse();
            });
  }

  private void checkAccepters(Desk desk) {
    jdbc.sql(
            """
            select c.accepted_by, p.owner_organisation
            from agreement a
              join agreement_acceptance c on c.agreement_id = a.id
              join application p on p.id = a.application_id
            where a.application_id in (:ids)
            """)
        .param("ids", desk.ids())
        .query(
            row -> {
              assertThat(
                      onSideOf(
                          caller(row.getString("accepted_by")),
                          row.getString("owner_organisation")))
                  .isTrue();
            });
  }

  private Caller caller(String person) {
    return people.values().stream()
        .filter(one -> one.person().toString().equals(person))
        .findFirst()
        .orElseThrow();
  }

  /** By the names of this test alone: organisations two and two-again are one firm. */
  private boolean onSideOf(Caller by, String organisation) {
    String firm = firm(organisation);
    return by.organisations().stream().anyMatch(own -> firm(own.toString()).equals(firm));
  }

  private String firm(String organisation) {
    return firmNamed("two-again").toString().equals(organisation)
        ? firmNamed("two").toString()
        : organisation;
  }

  private void checkRecord(Desk desk) {
    for (Map.Entry<String, RequestState> request : desk.states.entrySet()) {
      RequestState state = RequestState.DRAFT;
      List<String> entries =
          jdbc.sql(
                  """
                  select details from audit_entry
                  where subject_kind = 'request' and subject_id = :id order by place
                  """)
              .param("id", request.getKey())
              .query((row, n) -> row.getString(1))
              .list();
      for (String entry : entries) {
        JsonNode details = JSON.readTree(entry);
        if (details.has("state")) {
          RequestState before = RequestState.of(details.at("/before").asString());
          RequestState after = RequestState.of(details.at("/state").asString());
          assertThat(before).isEqualTo(state);
          assertThat(leads(before, after)).as("%s to %s", before, after).isTrue();
          state = after;
        }
      }
      assertThat(state).as("where the record leaves it").isEqualTo(request.getValue());
    }
  }

  // ---- what must be true of the whole

  /** That the stories went on: what most depends on was done often, not only refused. */
  void check_that_much_was_done() {
    assertThat(done)
        .containsKeys(
            Deed.SUBMIT, Deed.APPROVE, Deed.PROPOSE, Deed.RENEW, Deed.SUSPEND, Deed.REVOKE);
  }

  /** Texts are what was published, and the record is whole. */
  void check_texts_and_record() throws Exception {
    jdbc.sql("select text_fr, text_en, authoritative, text_sha256 from licence_version")
        .query(
            row -> {
              assertThat(Sha256.hex(row.getString("text_" + row.getString("authoritative"))))
                  .isEqualTo(row.getString("text_sha256"));
            });
    Answer verified = send("GET", "/audit/verify", operator, null);
    assertThat(verified.status()).isEqualTo(200);
    assertThat(verified.body().at("/intact").asBoolean(false)).as(verified.raw().body()).isTrue();
  }
}
