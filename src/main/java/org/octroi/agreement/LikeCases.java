package org.octroi.agreement;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.octroi.identity.Applications;
import org.octroi.identity.RegisteredApplication;
import org.octroi.problem.ProblemType;
import org.octroi.problem.RefusedException;
import org.octroi.vocabulary.AccessRequestId;
import org.octroi.vocabulary.Caller;
import org.octroi.vocabulary.Purpose;
import org.octroi.vocabulary.UtcTimes;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * What reviewers should know of other requests before they decide on one: the same case decided for
 * other reusers, so that like is treated alike (CRPA art. L. 325-1, DGA art. 4), and what else this
 * reuser asked this holder for. The same case is the same offer, in whatever version, for reusers
 * of the same kind with a purpose in common.
 */
@Component
class LikeCases {

  private static final int MOST = 50;

  private static final String CASE =
      """
      select r.id, r.status, r.purposes, r.submitted_at, r.closed_at, o.id as offer, o.number,
        coalesce(
          (select min(d.ground) from request_decision d
           where d.request_id = r.id and d.territory_id = r.territory_id and d.verdict = 'refuse'),
          '') as ground
      from access_request r
        join offer o on o.id = r.offer_id and o.territory_id = r.territory_id
        join application a on a.id = r.application_id
        left join person p on p.id = a.owner_person
        left join organisation g on g.id = a.owner_organisation
      where r.territory_id = :territory and r.holder_id = :holder and r.id <> :request
      """;

  private final JdbcClient jdbc;
  private final AccessRequests requests;
  private final Applications applications;

  LikeCases(JdbcClient jdbc, AccessRequests requests, Applications applications) {
    this.jdbc = jdbc;
    this.requests = requests;
    this.applications = applications;
  }

  /**
   * What is to be known.
   *
   * @param sameCase the same case of other reusers, decided, newest first; at most 50
   * @param decidedDifferently whether some of those were approved and others refused
   * @param sameReuser other requests of the same reuser to this holder, newest first; at most 50
   */
  record Comparison(
      List<OtherRequest> sameCase, boolean decidedDifferently, List<OtherRequest> sameReuser) {}

  /**
   * Another request.
   *
   * @param offerVersion which version of the offer it was for
   * @param ground of a refusal
   */
  record OtherRequest(
      String id,
      String offer,
      int offerVersion,
      String state,
      List<String> purposes,
      @Nullable String ground,
      @Nullable Instant submittedAt,
      @Nullable Instant closedAt) {}

  /**
   * Compares a request with others.
   *
   * @refuses not-found when the caller can't see the request
   * @refuses forbidden when the caller is neither a reviewer of the holder nor an auditor
   */
  Comparison of(AccessRequestId id, Caller by) {
    AccessRequest request = requests.see(id, by);
    if (!by.mayReview(request.holder()) && !by.mayAudit(Optional.of(request.territory()))) {
      throw RefusedException.of(ProblemType.FORBIDDEN, "to read what others asked for");
    }
    RegisteredApplication application = applications.find(request.application()).orElseThrow();
    List<OtherRequest> same = sameCase(request, application);
    boolean approved = same.stream().anyMatch(one -> one.state().equals("approved"));
    boolean refused = same.stream().anyMatch(one -> one.state().equals("refused"));
    return new Comparison(same, approved && refused, sameReuser(request, application));
  }

  private List<OtherRequest> sameCase(AccessRequest request, RegisteredApplication application) {
    return read(
            jdbc.sql(
                    CASE
                        + """
                        and r.status in ('approved', 'refused')
                        and o.slug = (
                          select slug from offer
                          where id = :offer and territory_id = :territory)
                        and coalesce(p.reuser_kind, g.kind) = :kind
                        and coalesce(a.owner_person, a.owner_organisation) <> :owner
                        order by r.id desc
                        limit :most
                        """)
                .param("offer", request.offer().toString())
                .param("kind", application.reuserKind().word())
                .param("owner", application.owner().id()),
            request)
        .stream()
        .filter(
            one ->
                one.purposes().stream()
                    .anyMatch(term -> request.purposes().contains(new Purpose(term))))
        .toList();
  }

  private List<OtherRequest> sameReuser(AccessRequest request, RegisteredApplication application) {
    return read(
        jdbc.sql(
                CASE
                    + """
                    and r.status <> 'draft'
                    and coalesce(a.owner_person, a.owner_organisation) = :owner
                    order by r.id desc
                    limit :most
                    """)
            .param("owner", application.owner().id()),
        request);
  }

  private static List<OtherRequest> read(
      JdbcClient.StatementSpec statement, AccessRequest request) {
    return statement
        .param("territory", request.territory().toString())
        .param("holder", request.holder().toString())
        .param("request", request.id().toString())
        .param("most", MOST)
        .query(
            (row, n) ->
                new OtherRequest(
                    row.getString("id"),
                    row.getString("offer"),
                    row.getInt("number"),
                    row.getString("status"),
                    PurposeList.read(row.getString("purposes")).stream()
                        .map(Purpose::term)
                        .toList(),
                    row.getString("ground").isEmpty() ? null : row.getString("ground"),
                    UtcTimes.read(row, "submitted_at").orElse(null),
                    UtcTimes.read(row, "closed_at").orElse(null)))
        .list();
  }
}
