package org.octroi.agreement;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.octroi.identity.Applications;
import org.octroi.problem.ProblemType;
import org.octroi.problem.RefusedException;
import org.octroi.territory.PageAsk;
import org.octroi.vocabulary.AccessRequestId;
import org.octroi.vocabulary.ApplicationId;
import org.octroi.vocabulary.Caller;
import org.octroi.vocabulary.HolderId;
import org.octroi.vocabulary.Id;
import org.octroi.vocabulary.OfferId;
import org.octroi.vocabulary.Page;
import org.octroi.vocabulary.PersonId;
import org.octroi.vocabulary.Purpose;
import org.octroi.vocabulary.Role;
import org.octroi.vocabulary.TerritoryId;
import org.octroi.vocabulary.UtcTimes;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * The table of requests. Who may see which is part of the query: a reuser their own, a reviewer
 * those of their holders, in the holder's territory.
 */
@Component
class AccessRequests {

  private static final String SELECT =
      """
      select id, territory_id, holder_id, offer_id, application_id, applicant, purposes, reuse, state,
             accepted_text_sha256, legal_basis, created_at, submitted_at, due_at, decided_at, version
      from access_request
      """;

  /**
   * Own, or submitted to a holder that the caller reviews for; a draft is its applicant's alone.
   */
  private static final String SEEN =
      """
      (application_id in (:applications)
        or (territory_id in (:territories) and holder_id in (:holders) and submitted_at is not null))
      """;

  private final JdbcClient sql;
  private final Applications applications;

  AccessRequests(JdbcClient sql, Applications applications) {
    this.sql = sql;
    this.applications = applications;
  }

  /**
   * The request, if the caller may see it.
   *
   * @refuses not-found when there is none that the caller may see
   */
  AccessRequest seenBy(Caller caller, AccessRequestId id) {
    return seen(sql.sql(SELECT + "where id = :id and " + SEEN).param("id", id.toString()), caller)
        .query(AccessRequests::read)
        .optional()
        .orElseThrow(() -> RefusedException.of(ProblemType.NOT_FOUND, id.toString()));
  }

  /** A page of the requests that the caller may see, oldest first. */
  Page<AccessRequest> seenBy(Caller caller, PageAsk ask) {
    return Page.of(
        seen(
                sql.sql(SELECT + "where " + SEEN + " and id > :after order by id limit :most")
                    .param("after", ask.after())
                    .param("most", ask.fetch()),
                caller)
            .query(AccessRequests::read)
            .list(),
        ask.limit(),
        request -> request.id().toString());
  }

  private JdbcClient.StatementSpec seen(JdbcClient.StatementSpec statement, Caller caller) {
    List<Caller.Grant> reviews = caller.holderGrants(Role.HOLDER_REVIEWER);
    return statement
        .param("applications", listed(applications.idsOwnedBy(caller).stream()))
        .param("territories", listed(reviews.stream().flatMap(g -> g.territory().stream())))
        .param("holders", listed(reviews.stream().flatMap(g -> g.holder().stream())));
  }

  /** Never empty, since SQL has no empty list; nothing has the empty id. */
  static List<String> listed(Stream<? extends Id> ids) {
    return Stream.concat(Stream.of(""), ids.map(Object::toString)).toList();
  }

  void insert(AccessRequest request) {
    sql.sql(
            """
            insert into access_request (id, territory_id, holder_id, offer_id, application_id,
              applicant, purposes, reuse, state, created_at, version)
            values (:id, :territory, :holder, :offer, :application, :applicant, :purposes, :reuse,
              :state, :created, :version)
            """)
        .param("id", request.id().toString())
        .param("territory", request.territory().toString())
        .param("holder", request.holder().toString())
        .param("offer", request.offer().toString())
        .param("application", request.application().toString())
        .param("applicant", request.applicant().toString())
        .param("purposes", words(request.purposes()))
        .param("reuse", request.reuse())
        .param("state", request.state().word())
        .param("created", UtcTimes.column(request.createdAt()))
        .param("version", request.version())
        .update();
  }

  /** Puts down what was accepted, and by when the holder must answer. */
  void submitted(
      AccessRequest request, String textSha256, Instant now, LegalBasis basis, Instant due) {
    sql.sql(
            """
            update access_request
            set accepted_text_sha256 = :hash, legal_basis = :basis, submitted_at = :now, due_at = :due
            where territory_id = :territory and id = :id
            """)
        .param("hash", textSha256)
        .param("basis", basis.id())
        .param("now", UtcTimes.column(now))
        .param("due", UtcTimes.column(due))
        .param("territory", request.territory().toString())
        .param("id", request.id().toString())
        .update();
  }

  /**
   * Takes one step of the request's life; only one of two that try from the same state does.
   *
   * @refuses request-not-open when it is not, or no longer, in the state that the step begins at
   */
  void become(AccessRequest request, RequestState next, Instant now) {
    if (!request.state().mayBecome(next)) {
      throw RefusedException.of(ProblemType.REQUEST_NOT_OPEN, request.state().word());
    }
    boolean ends = !next.isOpen();
    int changed =
        sql.sql(
                """
                update access_request
                set state = :next, version = version + 1, decided_at = :decided
                where territory_id = :territory and id = :id and state = :before
                  and version = :version
                """)
            .param("next", next.word())
            .param("decided", ends ? UtcTimes.column(now) : null)
            .param("territory", request.territory().toString())
            .param("id", request.id().toString())
            .param("before", request.state().word())
            .param("version", request.version())
            .update();
    if (changed != 1) {
      throw RefusedException.of(ProblemType.REQUEST_NOT_OPEN, request.state().word());
    }
  }

  void decided(AccessRequest request, RequestDecision decision) {
    sql.sql(
            """
            insert into request_decision (id, territory_id, request_id, reviewer, verdict, ground,
              note, decided_at)
            values (:id, :territory, :request, :reviewer, :verdict, :ground, :note, :at)
            """)
        .param("id", Id.next().toString())
        .param("territory", request.territory().toString())
        .param("request", request.id().toString())
        .param("reviewer", decision.reviewer().toString())
        .param("verdict", decision.verdict().name())
        .param("ground", decision.ground().map(Ground::word).orElse(null))
        .param("note", decision.note().orElse(null))
        .param("at", UtcTimes.column(decision.at()))
        .update();
  }

  /** What was decided on a request, in order. */
  List<RequestDecision> decisions(AccessRequest request) {
    return sql.sql(
            """
            select reviewer, verdict, ground, note, decided_at from request_decision
            where territory_id = :territory and request_id = :request
            order by decided_at, id
            """)
        .param("territory", request.territory().toString())
        .param("request", request.id().toString())
        .query(
            (row, n) ->
                new RequestDecision(
                    PersonId.of(row.getString("reviewer")),
                    RequestDecision.Verdict.valueOf(row.getString("verdict")),
                    Optional.ofNullable(row.getString("ground")).flatMap(Ground::of),
                    Optional.ofNullable(row.getString("note")),
                    UtcTimes.instant(row.getObject("decided_at", LocalDateTime.class))))
        .list();
  }

  static String words(SortedSet<Purpose> purposes) {
    return String.join(" ", purposes.stream().map(Purpose::term).toList());
  }

  static SortedSet<Purpose> purposes(String words) {
    SortedSet<Purpose> purposes = new TreeSet<>();
    for (String word : words.split(" ")) {
      if (!word.isEmpty()) {
        purposes.add(new Purpose(word));
      }
    }
    return Collections.unmodifiableSortedSet(purposes);
  }

  static Optional<Instant> instant(ResultSet row, String column) throws SQLException {
    @Nullable LocalDateTime value = row.getObject(column, LocalDateTime.class);
    return Optional.ofNullable(value).map(UtcTimes::instant);
  }

  private static AccessRequest read(ResultSet row, int number) throws SQLException {
    return new AccessRequest(
        AccessRequestId.of(row.getString("id")),
        TerritoryId.of(row.getString("territory_id")),
        HolderId.of(row.getString("holder_id")),
        OfferId.of(row.getString("offer_id")),
        ApplicationId.of(row.getString("application_id")),
        PersonId.of(row.getString("applicant")),
        purposes(row.getString("purposes")),
        row.getString("reuse"),
        RequestState.of(row.getString("state")),
        Optional.ofNullable(row.getString("accepted_text_sha256")),
        Optional.ofNullable(row.getString("legal_basis")).map(LegalBasis::named),
        instant(row, "created_at").orElseThrow(),
        instant(row, "submitted_at"),
        instant(row, "due_at"),
        instant(row, "decided_at"),
        row.getLong("version"));
  }
}
