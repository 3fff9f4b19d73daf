package org.octroi.agreement;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.octroi.identity.Applications;
import org.octroi.problem.ProblemType;
import org.octroi.problem.RefusedException;
import org.octroi.territory.PageAsk;
import org.octroi.vocabulary.AccessRequestId;
import org.octroi.vocabulary.AgreementId;
import org.octroi.vocabulary.AgreementNumber;
import org.octroi.vocabulary.AgreementStatus;
import org.octroi.vocabulary.ApplicationId;
import org.octroi.vocabulary.Caller;
import org.octroi.vocabulary.DatasetId;
import org.octroi.vocabulary.HolderId;
import org.octroi.vocabulary.LicenceVersionId;
import org.octroi.vocabulary.OfferId;
import org.octroi.vocabulary.Page;
import org.octroi.vocabulary.Role;
import org.octroi.vocabulary.TerritoryId;
import org.octroi.vocabulary.UtcTimes;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * The agreements of this instance. Who may see which is part of the query. Safe for use by many
 * threads.
 */
@Component
public class Agreements {

  private static final String COLUMNS =
      """
      select a.id, a.number, a.territory_id, a.holder_id, a.offer_id, a.application_id, a.reuser_type,
             a.reuser_id, a.purposes, a.purposes_closed, a.text_sha256, a.valid_from, a.valid_until,
             a.status, a.status_ground, a.status_since, a.sealed_mask_key, a.version
      from agreement a
      """;

  private static final String SEEN =
      """
      (a.application_id in (:applications)
        or (a.territory_id in (:territories) and a.holder_id in (:holders)))
      """;

  private final JdbcClient sql;
  private final Applications applications;

  Agreements(JdbcClient sql, Applications applications) {
    this.sql = sql;
    this.applications = applications;
  }

  /**
   * Every agreement of an application, in whatever state and territory, oldest first: what the
   * gates must know. An application belongs to the whole instance, so this asks for no territory.
   */
  public List<HeldAgreement> heldBy(ApplicationId application) {
    return withDatasets(
        sql.sql(COLUMNS + "where a.application_id = :application order by a.id")
            .param("application", application.toString()));
  }

  /**
   * The agreement, if the caller may see it.
   *
   * @refuses not-found when there is none that the caller may see
   */
  HeldAgreement seenBy(Caller caller, AgreementId id) {
    return withDatasets(
            seen(
                sql.sql(COLUMNS + "where a.id = :id and " + SEEN).param("id", id.toString()),
                caller))
        .stream()
        .findFirst()
        .orElseThrow(() -> RefusedException.of(ProblemType.NOT_FOUND, id.toString()));
  }

  /** A page of the agreements that the caller may see, oldest first. */
  Page<HeldAgreement> seenBy(Caller caller, PageAsk ask) {
    return Page.of(
        withDatasets(
            seen(
                sql.sql(COLUMNS + "where " + SEEN + " and a.id > :after order by a.id limit :most")
                    .param("after", ask.after())
                    .param("most", ask.fetch()),
                caller)),
        ask.limit(),
        agreement -> agreement.id().toString());
  }

  private JdbcClient.StatementSpec seen(JdbcClient.StatementSpec statement, Caller caller) {
    List<Caller.Grant> reviews = caller.holderGrants(Role.HOLDER_REVIEWER);
    return statement
        .param("applications", AccessRequests.listed(applications.idsOwnedBy(caller).stream()))
        .param(
            "territories",
            AccessRequests.listed(reviews.stream().flatMap(g -> g.territory().stream())))
        .param(
            "holders", AccessRequests.listed(reviews.stream().flatMap(g -> g.holder().stream())));
  }

  /** The agreement that a request minted, if it did. */
  Optional<AgreementId> mintedBy(AccessRequest request) {
    return sql.sql(
            "select id from agreement where territory_id = :territory and request_id = :request")
        .param("territory", request.territory().toString())
        .param("request", request.id().toString())
        .query((row, n) -> AgreementId.of(row.getString("id")))
        .optional();
  }

  /**
   * One entry of the public register.
   *
   * @param number the agreement's number
   * @param territory the territory's slug
   * @param holder the holder's name
   * @param reuser the organisation's name, or empty where the reuser is a person
   * @param offer the offer's slug
   * @param purposes the agreed purposes
   * @param since its first moment
   */
  record Registered(
      String number,
      String territory,
      String holder,
      Optional<String> reuser,
      String offer,
      List<String> purposes,
      Instant since) {}

  /** A page of the agreements in force, of every territory: public, and naming no person. */
  Page<Registered> register(Instant now, PageAsk ask) {
    return Page.of(
        sql.sql(
                """
                select a.number, t.slug as territory_slug, h.name as holder_name,
                       o.slug as offer_slug, a.purposes, a.valid_from,
                       g.name as organisation_name
                from agreement a
                  join territory t on t.id = a.territory_id
                  join holder h on h.territory_id = a.territory_id and h.id = a.holder_id
                  join offer o on o.territory_id = a.territory_id and o.id = a.offer_id
                  left join organisation g
                    on a.reuser_type = 'organisation' and g.id = a.reuser_id
                where a.status = 'active' and (a.valid_until is null or a.valid_until > :now)
                  and a.number > :after
                order by a.number
                limit :most
                """)
            .param("now", UtcTimes.column(now))
            .param("after", ask.after())
            .param("most", ask.fetch())
            .query(
                (row, n) ->
                    new Registered(
                        row.getString("number"),
                        row.getString("territory_slug"),
                        row.getString("holder_name"),
                        Optional.ofNullable(row.getString("organisation_name")),
                        row.getString("offer_slug"),
                        AccessRequests.purposes(row.getString("purposes")).stream()
                            .map(Object::toString)
                            .toList(),
                        AccessRequests.instant(row, "valid_from").orElseThrow()))
            .list(),
        ask.limit(),
        Registered::number);
  }

  void insert(HeldAgreement minted, AccessRequestId request, LicenceVersionId licence) {
    sql.sql(
            """
            insert into agreement (id, number, territory_id, holder_id, request_id, offer_id,
              application_id, reuser_type, reuser_id, purposes, purposes_closed, licence_version_id,
              text_sha256, valid_from, valid_until, status, status_since, sealed_mask_key, version)
            values (:id, :number, :territory, :holder, :request, :offer, :application, :reuserType,
              :reuser, :purposes, :closed, :licence, :hash, :from, :until, :status, :since, :key,
              :version)
            """)
        .param("id", minted.id().toString())
        .param("number", minted.number().value())
        .param("territory", minted.territory().toString())
        .param("holder", minted.holder().toString())
        .param("request", request.toString())
        .param("offer", minted.offer().toString())
        .param("application", minted.application().toString())
        .param("reuserType", minted.reuserType())
        .param("reuser", minted.reuser())
        .param("purposes", AccessRequests.words(minted.purposes()))
        .param("closed", AccessRequests.words(minted.purposesClosed()))
        .param("licence", licence.toString())
        .param("hash", minted.textSha256())
        .param("from", UtcTimes.column(minted.validFrom()))
        .param("until", minted.validUntil().map(UtcTimes::column).orElse(null))
        .param("status", minted.status().word())
        .param("since", UtcTimes.column(minted.statusSince()))
        .param("key", minted.maskKey())
        .param("version", minted.version())
        .update();
    for (DatasetId dataset : minted.datasets()) {
      sql.sql(
              """
              insert into agreement_dataset (territory_id, agreement_id, dataset_id)
              values (:territory, :agreement, :dataset)
              """)
          .param("territory", minted.territory().toString())
          .param("agreement", minted.id().toString())
          .param("dataset", dataset.toString())
          .update();
    }
  }

  /**
   * Puts an agreement into another status, if it is still in the one and version seen.
   *
   * @refuses agreement-not-active when somebody else was faster
   */
  void become(HeldAgreement seen, AgreementStatus next, Optional<String> ground, Instant now) {
    int changed =
        sql.sql(
                """
                update agreement
                set status = :next, status_ground = :ground, status_since = :now,
                    version = version + 1
                where territory_id = :territory and id = :id and status = :before
                  and version = :version
                """)
            .param("next", next.word())
            .param("ground", ground.orElse(null))
            .param("now", UtcTimes.column(now))
            .param("territory", seen.territory().toString())
            .param("id", seen.id().toString())
            .param("before", seen.status().word())
            .param("version", seen.version())
            .update();
    if (changed != 1) {
      throw RefusedException.of(ProblemType.AGREEMENT_NOT_ACTIVE, seen.number().value());
    }
  }

  private List<HeldAgreement> withDatasets(JdbcClient.StatementSpec statement) {
    List<HeldAgreement> bare = statement.query(Agreements::read).list();
    if (bare.isEmpty()) {
      return bare;
    }
    Map<String, Set<DatasetId>> covered = new HashMap<>();
    Collection<String> territories =
        bare.stream().map(a -> a.territory().toString()).distinct().toList();
    sql.sql(
            """
            select agreement_id, dataset_id from agreement_dataset
            where territory_id in (:territories) and agreement_id in (:agreements)
            """)
        .param("territories", territories)
        .param("agreements", bare.stream().map(a -> a.id().toString()).toList())
        .query(
            row -> {
              covered
                  .computeIfAbsent(row.getString("agreement_id"), id -> new HashSet<>())
                  .add(DatasetId.of(row.getString("dataset_id")));
            });
    List<HeldAgreement> whole = new ArrayList<>();
    for (HeldAgreement agreement : bare) {
      whole.add(covering(agreement, covered.getOrDefault(agreement.id().toString(), Set.of())));
    }
    return whole;
  }

  private static HeldAgreement covering(HeldAgreement a, Set<DatasetId> datasets) {
    return new HeldAgreement(
        a.id(),
        a.number(),
        a.territory(),
        a.holder(),
        a.offer(),
        a.application(),
        a.reuserType(),
        a.reuser(),
        a.purposes(),
        a.purposesClosed(),
        datasets,
        a.textSha256(),
        a.validFrom(),
        a.validUntil(),
        a.status(),
        a.statusGround(),
        a.statusSince(),
        a.maskKey(),
        a.version());
  }

  private static HeldAgreement read(ResultSet row, int number) throws SQLException {
    return new HeldAgreement(
        AgreementId.of(row.getString("id")),
        new AgreementNumber(row.getString("number")),
        TerritoryId.of(row.getString("territory_id")),
        HolderId.of(row.getString("holder_id")),
        OfferId.of(row.getString("offer_id")),
        ApplicationId.of(row.getString("application_id")),
        row.getString("reuser_type"),
        row.getString("reuser_id"),
        AccessRequests.purposes(row.getString("purposes")),
        AccessRequests.purposes(row.getString("purposes_closed")),
        Set.of(),
        row.getString("text_sha256"),
        AccessRequests.instant(row, "valid_from").orElseThrow(),
        AccessRequests.instant(row, "valid_until"),
        AgreementStatus.of(row.getString("status")),
        Optional.ofNullable(row.getString("status_ground")),
        AccessRequests.instant(row, "status_since").orElseThrow(),
        row.getString("sealed_mask_key"),
        row.getLong("version"));
  }
}
