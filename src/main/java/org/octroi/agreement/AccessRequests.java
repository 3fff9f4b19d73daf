package org.octroi.agreement;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.octroi.identity.Applications;
import org.octroi.problem.ProblemType;
import org.octroi.problem.RefusedException;
import org.octroi.territory.PageAsk;
import org.octroi.vocabulary.AccessRequestId;
import org.octroi.vocabulary.ApplicationId;
import org.octroi.vocabulary.Caller;
import org.octroi.vocabulary.HolderId;
import org.octroi.vocabulary.OfferId;
import org.octroi.vocabulary.Page;
import org.octroi.vocabulary.PersonId;
import org.octroi.vocabulary.TerritoryId;
import org.octroi.vocabulary.UtcTimes;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The requests as they are kept. Safe for use by many threads. */
@Component
class AccessRequests {

  private static final String COLUMNS =
      """
      r.id, r.territory_id, r.holder_id, r.offer_id, r.application_id, r.applicant, r.purposes,
      r.reuse, r.status, r.legal_basis, r.created_at, r.submitted_at, r.due_at, r.closed_at,
      r.version
      """;

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
   * @param verdict {@code approve} or {@code refuse}
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
              (id, territory_id, holder_id, offer_id, application_id, applicant, purposes, reuse,
               status, created_at, version)
            values
              (:id, :territory, :holder, :offer, :application, :applicant, :purposes, :reuse,
               :status, :now, 1)
            """)
        .param("id", request.id().toString())
        .param("territory", request.territory().toString())
        .param("holder", request.holder().toString())
        .param("offer", request.offer().toString())
        .param("application", request.application().toString())
        .param("applicant", request.applicant().toString())
        .param("purposes", PurposeList.column(request.purposes()))
        .param("reuse", request.reuse())
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
    AccessRequest seen = see(id, caller);
    return jdbc.sql(
            "select "
                + COLUMNS
                + " from access_request r where r.territory_id = :territory and r.id = :id"
                + " for update")
        .param("territory", seen.territory().toString())
        .param("id", id.toString())
        .query(AccessRequests::read)
        .single();
  }

  /** Those that the caller may see, newest first. */
  Page<AccessRequest> list(Caller caller, Optional<TerritoryId> territory, PageAsk ask) {
    return Page.of(
        Visibility.of(caller, applications)
            .on(
                jdbc.sql(
                    """
                    select %s from access_request r
                    where %s
                      and (:anyTerritory = 1 or r.territory_id = :territory)
                      and (:fromStart = 1 or r.id < :after)
                    order by r.id desc
                    limit :most
                    """
                        .formatted(COLUMNS, VISIBLE)))
            .param("anyTerritory", territory.isEmpty() ? 1 : 0)
            .param("territory", territory.map(TerritoryId::toString).orElse(""))
            .param("fromStart", ask.after().isEmpty() ? 1 : 0)
            .param("after", ask.after())
            .param("most", ask.fetch())
            .query(AccessRequests::read)
            .list(),
        ask.limit(),
        request -> request.id().toString());
  }

  /** What its reviewers decided so far, in order. */
  List<Decision> decisions(AccessRequest request) {
    return jdbc.sql(
            """
            select reviewer, verdict, ground, note, decided_at
            from request_decision
            where territory_id = :territory and request_id = :request
            order by decided_at, reviewer
            """)
        .param("territory", request.territory().toString())
        .param("request", request.id().toString())
        .query(
            (row, n) ->
                new Decision(
                    PersonId.of(row.getString("reviewer")),
                    row.getString("verdict"),
                    Optional.ofNullable(row.getString("ground")),
                    Optional.ofNullable(row.getString("note")),
                    UtcTimes.instant(row.getObject("decided_at", LocalDateTime.class))))
        .list();
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
                () -> RefusedException.of(ProblemType.REQUEST_NOT_OPEN, request.state().word()));
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

  /** Writes what the applicant accepted, and by when an answer is due. */
  void accept(
      AccessRequest request, String textSha256, String legalBasis, Instant at, Instant dueAt) {
    jdbc.sql(
            """
            update access_request
            set accepted_text_sha256 = :text, legal_basis = :basis, submitted_at = :at,
                due_at = :due
            where territory_id = :territory and id = :id
            """)
        .param("text", textSha256)
        .param("basis", legalBasis)
        .param("at", UtcTimes.column(at))
        .param("due", UtcTimes.column(dueAt))
        .param("territory", request.territory().toString())
        .param("id", request.id().toString())
        .update();
  }

  private static AccessRequest read(ResultSet row, int number) throws SQLException {
    return new AccessRequest(
        AccessRequestId.of(row.getString("id")),
        TerritoryId.of(row.getString("territory_id")),
        HolderId.of(row.getString("holder_id")),
        OfferId.of(row.getString("offer_id")),
        ApplicationId.of(row.getString("application_id")),
        PersonId.of(row.getString("applicant")),
        PurposeList.read(row.getString("purposes")),
        row.getString("reuse"),
        RequestState.of(row.getString("status")),
        Optional.ofNullable(row.getString("legal_basis")),
        instant(row, "created_at").orElseThrow(),
        instant(row, "submitted_at"),
        instant(row, "due_at"),
        instant(row, "closed_at"),
        row.getLong("version"));
  }

  static Optional<Instant> instant(ResultSet row, String column) throws SQLException {
    @Nullable LocalDateTime value = row.getObject(column, LocalDateTime.class);
    return Optional.ofNullable(value).map(UtcTimes::instant);
  }
}
