package org.octroi.agreement;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.Period;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.stream.Collectors;
import org.octroi.entitlement.Snapshot;
import org.octroi.offer.TierColumn;
import org.octroi.vocabulary.AccessRequestId;
import org.octroi.vocabulary.PersonId;
import org.octroi.vocabulary.Purpose;
import org.octroi.vocabulary.Sha256;
import org.octroi.vocabulary.UtcTimes;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Narrower terms that reviewers approve, as they are kept: one a request, never changed. */
@Component
class Proposals {

  private static final String COLUMNS =
      "select request_id, proposed_by, purposes, validity, tier, terms_sha256, proposed_at"
          + " from request_proposal ";

  private final JdbcClient jdbc;

  Proposals(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /**
   * Narrower terms.
   *
   * @param by the reviewer who wrote them
   * @param purposes those of the request, or fewer
   * @param validity as long as the offer's, or shorter
   * @param tier the offer's, or less
   * @param sha256 over all of these, in hex: what the applicant accepts
   * @param at when
   */
  record Proposal(
      PersonId by,
      SortedSet<Purpose> purposes,
      Optional<Period> validity,
      Snapshot.Tier tier,
      String sha256,
      Instant at) {

    static Proposal of(
        PersonId by,
        SortedSet<Purpose> purposes,
        Optional<Period> validity,
        Snapshot.Tier tier,
        Instant at) {
      String terms =
          PurposeList.column(purposes)
              + "\n"
              + validity.map(Period::toString).orElse("")
              + "\n"
              + TierColumn.write(tier);
      return new Proposal(by, purposes, validity, tier, Sha256.hex(terms), at);
    }

    AgreedTerms terms() {
      return new AgreedTerms(purposes, validity, Optional.of(tier));
    }
  }

  /** What is proposed on a request. */
  Optional<Proposal> of(AccessRequest request) {
    return Optional.ofNullable(of(List.of(request)).get(request.id()));
  }

  /** The same of several; one without is not among them. */
  Map<AccessRequestId, Proposal> of(Collection<AccessRequest> requests) {
    if (requests.isEmpty()) {
      return Map.of();
    }
    return AccessRequests.ofAll(
            jdbc.sql(
                COLUMNS + "where territory_id in (:territories) and request_id in (:requests)"),
            requests)
        .query((row, n) -> Map.entry(AccessRequestId.of(row.getString("request_id")), read(row)))
        .list()
        .stream()
        .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  void add(AccessRequest request, Proposal proposal) {
    jdbc.sql(
            """
            insert into request_proposal
              (request_id, territory_id, proposed_by, purposes, validity, tier, terms_sha256,
               proposed_at)
            values
              (:request, :territory, :by, :purposes, :validity, :tier, :sha256, :at)
            """)
        .param("request", request.id().toString())
        .param("territory", request.territory().toString())
        .param("by", proposal.by().toString())
        .param("purposes", PurposeList.column(proposal.purposes()))
        .param("validity", proposal.validity().map(Period::toString).orElse(null))
        .param("tier", TierColumn.write(proposal.tier()))
        .param("sha256", proposal.sha256())
        .param("at", UtcTimes.column(proposal.at()))
        .update();
  }

  private static Proposal read(ResultSet row) throws SQLException {
    return new Proposal(
        PersonId.of(row.getString("proposed_by")),
        PurposeList.read(row.getString("purposes")),
        Optional.ofNullable(row.getString("validity")).map(Period::parse),
        TierColumn.read(row.getString("tier")),
        row.getString("terms_sha256"),
        UtcTimes.read(row, "proposed_at").orElseThrow());
  }
}
