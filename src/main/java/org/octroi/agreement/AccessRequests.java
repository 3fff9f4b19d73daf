package org.octroi.agreement;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.Period;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.octroi.identity.Applications;
import org.octroi.identity.Owner;
import org.octroi.identity.web.ExpectedVersion;
import org.octroi.problem.ProblemType;
import org.octroi.problem.Refusal;
import org.octroi.problem.RefusedException;
import org.octroi.territory.PageAsk;
import org.octroi.vocabulary.AccessRequestId;
import org.octroi.vocabulary.AgreementId;
import org.octroi.vocabulary.ApplicationId;
import org.octroi.vocabulary.Caller;
import org.octroi.vocabulary.HolderId;
import org.octroi.vocabulary.OfferId;
import org.octroi.vocabulary.Page;
import org.octroi.vocabulary.PersonId;
import org.octroi.vocabulary.Purpose;
import org.octroi.vocabulary.SignedIn;
import org.octroi.vocabulary.StoredJson;
import org.octroi.vocabulary.TerritoryId;
import org.octroi.vocabulary.UtcTimes;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** The requests as they are kept. Safe for use by many threads. */
@Component
class AccessRequests {

  private static final String COLUMNS =
      """
      r.id, r.territory_id, r.holder_id, r.offer_id, r.application_id, r.applicant, r.purposes,
      r.reuse, r.answers, r.renews, r.status, r.assignee, r.accepted_text_sha256, r.accepted_by,
      r.accepted_how, r.submitted_at, r.legal_basis, r.due_at, r.paused_days, r.extension,
      r.extension_ground, r.breached_at, r.waiting_since, r.created_at, r.closed_at, r.version
      """;

  private static final JsonMapper JSON = StoredJson.MAPPER;
  private static final TypeReference<TreeMap<String, Object>> ANSWERS = new TypeReference<>() {};

  /** Staff never see a draft. */
  private static final String VISIBLE =
      "(" + Visibility.OWN + " or (r.status <> 'draft' and " + Visibility.STAFF + "))";

  private final JdbcClient jdbc;
  private final Clock clock;
  private final Applications applications;

  AccessRequests(JdbcClient jdbc, Clock clock, Applications applications) {
    this.jdbc = jdbc;
    this.clock = clock;
    this.applications = applications;
  }

  /**
   * One reviewer's decision.
   *
   * @param reviewer who
   * @param verdict {@code approve}, {@code propose} (with narrower terms) or {@code refuse}
   * @param ground the ground of a refusal
   * @param note more, for the applicant to read
   * @param at when
   */
  record Decision(
      PersonId reviewer,
      String verdict,
      Optional<String> ground,
      Optional<String> note,
      Instant at) {}

  void add(AccessRequest request) {
    jdbc.sql(
            """
            insert into access_request
              (id, territory_id, holder_id, offer_id, application_id, owner_id, applicant, purposes,
               reuse, answers, renews, status, created_at, version)
            values
              (:id, :territory, :holder, :offer, :application,
               (select coalesce(owner_organisation, owner_person) from application
                where id = :application),
               :applicant, :purposes, :reuse, :answers, :renews, :status, :now, 1)
            """)
        .param("id", request.id().toString())
        .param("territory", request.territory().toString())
        .param("holder", request.holder().toString())
        .param("offer", request.offer().toString())
        .param("application", request.application().toString())
        .param("applicant", request.applicant().toString())
        .param("purposes", PurposeList.column(request.purposes()))
        .param("reuse", request.reuse())
        .param("answers", JSON.writeValueAsString(request.answers()))
        .param("renews", request.renews().map(AgreementId::toString).orElse(null))
        .param("status", request.state().word())
        .param("now", UtcTimes.column(request.createdAt()))
        .update();
  }

  /**
   * The request, if the caller may see it.
   *
   * @refuses not-found when there is none that they may see
   */
  AccessRequest see(AccessRequestId id, Caller caller) {
    return Visibility.of(caller, applications)
        .on(
            jdbc.sql(
                "select " + COLUMNS + " from access_request r where r.id = :id and " + VISIBLE))
        .param("id", id.toString())
        .query(AccessRequests::read)
        .optional()
        .orElseThrow(() -> RefusedException.of(ProblemType.NOT_FOUND, id.toString()));
  }

  /**
   * The request as it is at this moment, if the caller may see it; held until the transaction ends,
   * so that of two steps at once the second sees what the first did.
   *
   * @refuses not-found when there is none that they may see
   */
  AccessRequest hold(AccessRequestId id, Caller caller) {
    return holdUnseen(see(id, caller));
  }

  /** The same for the house itself, which sees everything. */
  AccessRequest holdUnseen(AccessRequest seen) {
    return jdbc.sql(
            "select "
                + COLUMNS
                + " from access_request r where r.territory_id = :territory and r.id = :id"
                + " for update")
        .param("territory", seen.territory().toString())
        .param("id", seen.id().toString())
        .query(AccessRequests::read)
        .single();
  }

  /** A request, for the house itself. */
  AccessRequest find(AccessRequestId id) {
    return jdbc.sql("select " + COLUMNS + " from access_request r where r.id = :id")
        .param("id", id.toString())
        .query(AccessRequests::read)
        .single();
  }

  /** Those that the caller may see, newest first. */
  Page<AccessRequest> list(Caller caller, Optional<TerritoryId> territory, PageAsk ask) {
    NewestFirst<AccessRequest> page =
        new NewestFirst<>(
            jdbc,
            "select " + COLUMNS + " from access_request r",
            AccessRequests::read,
            request -> request.id().toString(),
            ask);
    Visibility.gather(page, caller, "r.status <> 'draft'", territory);
    return page.page();
  }

  /** Whether another reuser holds an agreement in force on the offer of a request. */
  boolean grantedToOthers(AccessRequest request, Owner owner) {
    return jdbc.sql(
                """
                select count(*) from agreement a
                where a.territory_id = :territory and a.offer_id = :offer and a.owner_id <> :owner
                  and a.status = 'active' and (a.valid_until is null or a.valid_until > :now)
                """)
            .param("territory", request.territory().toString())
            .param("offer", request.offer().toString())
            .param("owner", owner.id())
            .param("now", UtcTimes.column(clock.instant()))
            .query(Long.class)
            .single()
        > 0;
  }

  /** Whether an agreement is renewed for as long as that stands, or was asked to be. */
  boolean renewing(Agreement agreement) {
    return jdbc.sql(
                """
                select count(*)
                from access_request r
                  left join agreement a
                    on a.request_id = r.id and a.territory_id = r.territory_id
                where r.territory_id = :territory and r.application_id = :application
                  and r.renews = :agreement and r.status not in ('refused', 'withdrawn', 'lapsed')
                  and (a.status is null or a.status <> 'revoked')
                """)
            .param("territory", agreement.territory().toString())
            .param("application", agreement.application().toString())
            .param("agreement", agreement.id().toString())
            .query(Long.class)
            .single()
        > 0;
  }

  /** What its reviewers decided so far, in order. */
  List<Decision> decisions(AccessRequest request) {
    return decisions(List.of(request)).getOrDefault(request.id(), List.of());
  }

  /** The same of several; one that nobody decided on is not among them. */
  Map<AccessRequestId, List<Decision>> decisions(Collection<AccessRequest> of) {
    if (of.isEmpty()) {
      return Map.of();
    }
    return ofAll(
            jdbc.sql(
                """
                select request_id, reviewer, verdict, ground, note, decided_at
                from request_decision
                where territory_id in (:territories) and request_id in (:requests)
                order by decided_at, reviewer
                """),
            of)
        .query(
            (row, n) ->
                Map.entry(
                    AccessRequestId.of(row.getString("request_id")),
                    new Decision(
                        PersonId.of(row.getString("reviewer")),
                        row.getString("verdict"),
                        Optional.ofNullable(row.getString("ground")),
                        Optional.ofNullable(row.getString("note")),
                        UtcTimes.instant(row.getObject("decided_at", LocalDateTime.class)))))
        .list()
        .stream()
        .collect(groupingBy(Map.Entry::getKey, mapping(Map.Entry::getValue, toList())));
  }

  /** For a statement on what belongs to any of these requests. */
  static JdbcClient.StatementSpec ofAll(
      JdbcClient.StatementSpec statement, Collection<AccessRequest> requests) {
    return statement
        .param(
            "territories", requests.stream().map(r -> r.territory().toString()).distinct().toList())
        .param("requests", requests.stream().map(r -> r.id().toString()).toList());
  }

  /**
   * Puts down a decision. The table's key is what makes a second one of the same reviewer
   * impossible, also where both come at once.
   *
   * @refuses same-reviewer when this one has decided already
   */
  void decide(AccessRequest request, Decision decision) {
    try {
      insert(request, decision);
    } catch (DuplicateKeyException e) {
      throw RefusedException.of(ProblemType.SAME_REVIEWER);
    }
  }

  private void insert(AccessRequest request, Decision decision) {
    jdbc.sql(
            """
            insert into request_decision
              (request_id, reviewer, territory_id, verdict, ground, note, decided_at)
            values (:request, :reviewer, :territory, :verdict, :ground, :note, :at)
            """)
        .param("request", request.id().toString())
        .param("reviewer", decision.reviewer().toString())
        .param("territory", request.territory().toString())
        .param("verdict", decision.verdict())
        .param("ground", decision.ground().orElse(null))
        .param("note", decision.note().orElse(null))
        .param("at", UtcTimes.column(decision.at()))
        .update();
  }

  /**
   * Goes on only where the caller has seen the request as it is; who did not is told what was
   * decided meanwhile.
   *
   * @refuses stale-version when it was changed after the version named
   */
  void expect(AccessRequest request, ExpectedVersion expected) {
    try {
      expected.check(request.version());
    } catch (RefusedException stale) {
      throw new RefusedException(stale.refusal().with("decisions", told(request)));
    }
  }

  private List<Map<String, String>> told(AccessRequest request) {
    return decisions(request).stream()
        .map(
            decision ->
                Map.of(
                    "reviewer", decision.reviewer().toString(),
                    "verdict", decision.verdict(),
                    "decidedAt", decision.at().toString()))
        .toList();
  }

  /**
   * Takes a step; the state it starts from is a condition of the update, whoever holds what.
   *
   * @refuses request-not-open when the step does not lead on from where the request is
   * @refuses stale-version when somebody was faster
   */
  RequestState step(AccessRequest request, RequestState.Step step) {
    RequestState next =
        request
            .state()
            .after(step)
            .orElseThrow(
                () ->
                    new RefusedException(
                        Refusal.of(ProblemType.REQUEST_NOT_OPEN, request.state().word())
                            .with("decisions", told(request))));
    int moved =
        jdbc.sql(
                """
                update access_request
                set status = :next, closed_at = :closed, version = version + 1
                where territory_id = :territory and id = :id and status = :state
                  and version = :version
                """)
            .param("next", next.word())
            .param("closed", next.isClosed() ? UtcTimes.column(clock.instant()) : null)
            .param("territory", request.territory().toString())
            .param("id", request.id().toString())
            .param("state", request.state().word())
            .param("version", request.version())
            .update();
    if (moved != 1) {
      throw RefusedException.of(ProblemType.STALE_VERSION);
    }
    return next;
  }

  /** Writes other contents into a draft. */
  void rewrite(
      AccessRequest draft, SortedSet<Purpose> purposes, String reuse, Map<String, Object> answers) {
    changed(
        set(
                draft,
                """
                purposes = :purposes, reuse = :reuse, answers = :answers, version = version + 1
                """)
            .param("purposes", PurposeList.column(purposes))
            .param("reuse", reuse)
            .param("answers", JSON.writeValueAsString(answers)));
  }

  /** Writes what the applicant accepted, and by when an answer is due. */
  void submitted(AccessRequest request, Acceptance acceptance, String legalBasis, Instant dueAt) {
    changed(
        set(
                request,
                """
                accepted_text_sha256 = :text, accepted_by = :by, accepted_how = :how,
                submitted_at = :at, legal_basis = :basis, due_at = :due
                """)
            .param("text", acceptance.textSha256())
            .param("by", acceptance.by().toString())
            .param("how", acceptance.how())
            .param("at", UtcTimes.column(acceptance.at()))
            .param("basis", legalBasis)
            .param("due", UtcTimes.column(dueAt)));
  }

  /** From now on it is the applicant's turn. */
  void waitFrom(AccessRequest request, Instant since) {
    changed(set(request, "waiting_since = :since").param("since", UtcTimes.column(since)));
  }

  /** It is the holder's turn again. */
  void goOn(AccessRequest request, int pausedDays, Instant dueAt) {
    changed(
        set(request, "waiting_since = null, paused_days = :paused, due_at = :due")
            .param("paused", pausedDays)
            .param("due", UtcTimes.column(dueAt)));
  }

  /** The holder takes more time. */
  void extend(AccessRequest request, Period extension, String ground, Instant dueAt) {
    changed(
        set(
                request,
                """
                extension = :extension, extension_ground = :ground, due_at = :due,
                version = version + 1
                """)
            .param("extension", extension.toString())
            .param("ground", ground)
            .param("due", UtcTimes.column(dueAt)));
  }

  /** Somebody else looks after it, or nobody. */
  void assign(AccessRequest request, Optional<PersonId> assignee) {
    changed(
        set(request, "assignee = :assignee, version = version + 1")
            .param("assignee", assignee.map(PersonId::toString).orElse(null)));
  }

  /**
   * Those in which the holder is late, and nobody has noticed yet; longest overdue first, across
   * all territories, for the clock.
   */
  List<AccessRequest> overdue(Instant now, int most) {
    return since(RequestState.RUNNING, "due_at", "r.breached_at is null", now, most);
  }

  /** Those that are due before a moment and of which nobody was reminded, for the clock. */
  List<AccessRequest> dueBefore(Instant until, int most) {
    return since(RequestState.RUNNING, "due_at", "r.reminded_at is null", until, most);
  }

  /** Those that have waited for their applicants since before a moment, for the clock. */
  List<AccessRequest> waitingSinceBefore(Instant since, int most) {
    return since(RequestState.WAITING, "waiting_since", "1 = 1", since, most);
  }

  /** Those in one of some states in which a moment lies before another, the longest ago first. */
  private List<AccessRequest> since(
      Set<RequestState> states, String moment, String condition, Instant until, int most) {
    return jdbc.sql(
            """
            select %1$s from access_request r
            where r.status in (:states) and r.%2$s <= :until and %3$s
            order by r.%2$s
            limit :most
            """
                .formatted(COLUMNS, moment, condition))
        .param("states", states.stream().map(RequestState::word).toList())
        .param("until", UtcTimes.column(until))
        .param("most", most)
        .query(AccessRequests::read)
        .list();
  }

  /** Remembers that the breach was noticed; false where somebody else did. */
  boolean breached(AccessRequest request, Instant now) {
    return once(request, "breached_at", now);
  }

  /** Remembers that its reviewers were reminded; false where somebody else did. */
  boolean reminded(AccessRequest request, Instant now) {
    return once(request, "reminded_at", now);
  }

  private boolean once(AccessRequest request, String column, Instant now) {
    return jdbc.sql(
                """
                update access_request set %1$s = :now
                where territory_id = :territory and id = :id and %1$s is null
                """
                    .formatted(column))
            .param("now", UtcTimes.column(now))
            .param("territory", request.territory().toString())
            .param("id", request.id().toString())
            .update()
        == 1;
  }

  private JdbcClient.StatementSpec set(AccessRequest request, String what) {
    return jdbc.sql(
            "update access_request set " + what + " where territory_id = :territory and id = :id")
        .param("territory", request.territory().toString())
        .param("id", request.id().toString());
  }

  private static void changed(JdbcClient.StatementSpec update) {
    if (update.update() != 1) {
      throw new IllegalStateException("A request that is held is gone");
    }
  }

  private static AccessRequest read(ResultSet row, int number) throws SQLException {
    PersonId applicant = PersonId.of(row.getString("applicant"));
    @Nullable String answers = row.getString("answers");
    Optional<Instant> submittedAt = UtcTimes.read(row, "submitted_at");
    return new AccessRequest(
        AccessRequestId.of(row.getString("id")),
        TerritoryId.of(row.getString("territory_id")),
        HolderId.of(row.getString("holder_id")),
        OfferId.of(row.getString("offer_id")),
        ApplicationId.of(row.getString("application_id")),
        applicant,
        PurposeList.read(row.getString("purposes")),
        row.getString("reuse"),
        answers == null ? Map.of() : JSON.readValue(answers, ANSWERS),
        Optional.ofNullable(row.getString("renews")).map(AgreementId::of),
        RequestState.of(row.getString("status")),
        Optional.ofNullable(row.getString("assignee")).map(PersonId::of),
        submittedAt.isPresent()
            ? Optional.of(acceptance(row, applicant, submittedAt.get()))
            : Optional.empty(),
        submittedAt.isPresent() ? Optional.of(deadline(row)) : Optional.empty(),
        UtcTimes.read(row, "waiting_since"),
        UtcTimes.read(row, "created_at").orElseThrow(),
        UtcTimes.read(row, "closed_at"),
        row.getLong("version"));
  }

  /** Before it was written down who accepted, the applicant did, by the only way there was. */
  private static Acceptance acceptance(ResultSet row, PersonId applicant, Instant at)
      throws SQLException {
    @Nullable String by = row.getString("accepted_by");
    @Nullable String how = row.getString("accepted_how");
    return new Acceptance(
        row.getString("accepted_text_sha256"),
        Optional.empty(),
        by == null ? applicant : PersonId.of(by),
        how == null ? SignedIn.PERSONAL_TOKEN.word() : how,
        at);
  }

  private static AccessRequest.Deadline deadline(ResultSet row) throws SQLException {
    return new AccessRequest.Deadline(
        row.getString("legal_basis"),
        UtcTimes.read(row, "due_at").orElseThrow(),
        row.getInt("paused_days"),
        Optional.ofNullable(row.getString("extension")).map(Period::parse),
        Optional.ofNullable(row.getString("extension_ground")),
        UtcTimes.read(row, "breached_at"));
  }
}
