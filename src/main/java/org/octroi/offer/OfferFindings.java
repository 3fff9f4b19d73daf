package org.octroi.offer;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;

import java.time.Clock;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.octroi.vocabulary.Actor;
import org.octroi.vocabulary.HolderId;
import org.octroi.vocabulary.OfferId;
import org.octroi.vocabulary.TerritoryId;
import org.octroi.vocabulary.UtcTimes;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** What was found against published offers: by the guard, with the grounds given, and later. */
@Component
class OfferFindings {

  private final JdbcClient jdbc;
  private final Clock clock;

  OfferFindings(JdbcClient jdbc, Clock clock) {
    this.jdbc = jdbc;
    this.clock = clock;
  }

  /**
   * A ground that was given.
   *
   * @param rule against which warning
   * @param text the ground
   * @param lawVersion the version of the rules that it was given against
   * @param actorKind and
   * @param actor who gave it, as the audit trail names them
   */
  record GivenGround(
      String rule, String text, String lawVersion, Instant at, String actorKind, String actor) {}

  /**
   * A finding that was raised on a published offer.
   *
   * @param request the request whose refusal raised it
   */
  record Raised(String rule, String request, Instant at) {}

  void keep(TerritoryId territory, OfferId offer, LawFinding warning, Ground ground, Actor by) {
    jdbc.sql(
            """
            insert into offer_ground
              (offer_id, rule, territory_id, ground, law_version, given_at, actor_kind, actor)
            values (:offer, :rule, :territory, :ground, :version, :now, :kind, :actor)
            """)
        .param("offer", offer.toString())
        .param("rule", warning.rule())
        .param("territory", territory.toString())
        .param("ground", ground.text())
        .param("version", warning.lawVersion())
        .param("now", UtcTimes.column(clock.instant()))
        .param("kind", by.kind())
        .param("actor", by.name())
        .update();
  }

  /** The grounds that some versions of offers were published on, by the version. */
  Map<OfferId, List<GivenGround>> grounds(TerritoryId territory, Collection<OfferId> offers) {
    if (offers.isEmpty()) {
      return Map.of();
    }
    return jdbc
        .sql(
            """
            select offer_id, rule, ground, law_version, given_at, actor_kind, actor
            from offer_ground
            where territory_id = :territory and offer_id in (:offers)
            order by rule
            """)
        .param("territory", territory.toString())
        .param("offers", offers.stream().map(OfferId::toString).toList())
        .query(
            (row, number) ->
                Map.entry(
                    OfferId.of(row.getString("offer_id")),
                    new GivenGround(
                        row.getString("rule"),
                        row.getString("ground"),
                        row.getString("law_version"),
                        UtcTimes.instant(row.getObject("given_at", LocalDateTime.class)),
                        row.getString("actor_kind"),
                        row.getString("actor"))))
        .list()
        .stream()
        .collect(groupingBy(Map.Entry::getKey, mapping(Map.Entry::getValue, toList())));
  }

  /** Raises a finding; says whether it was not there already. */
  boolean raise(PublishedOffer offer, String rule, String request) {
    if (raised(offer.territory(), offer.holder(), offer.id()).stream()
        .anyMatch(known -> known.rule().equals(rule) && known.request().equals(request))) {
      return false;
    }
    jdbc.sql(
            """
            insert into offer_finding
              (offer_id, rule, request_id, territory_id, holder_id, raised_at)
            values (:offer, :rule, :request, :territory, :holder, :now)
            """)
        .param("offer", offer.id().toString())
        .param("rule", rule)
        .param("request", request)
        .param("territory", offer.territory().toString())
        .param("holder", offer.holder().toString())
        .param("now", UtcTimes.column(clock.instant()))
        .update();
    return true;
  }

  /** What was raised on a version of a holder's offer, newest first. */
  List<Raised> raised(TerritoryId territory, HolderId holder, OfferId offer) {
    return jdbc.sql(
            """
            select rule, request_id, raised_at from offer_finding
            where territory_id = :territory and holder_id = :holder and offer_id = :offer
            order by raised_at desc, request_id
            """)
        .param("territory", territory.toString())
        .param("holder", holder.toString())
        .param("offer", offer.toString())
        .query(
            (row, number) ->
                new Raised(
                    row.getString("rule"),
                    row.getString("request_id"),
                    UtcTimes.instant(row.getObject("raised_at", LocalDateTime.class))))
        .list();
  }
}
