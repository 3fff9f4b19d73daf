package org.octroi.agreement;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.octroi.audit.AuditTrail;
import org.octroi.offer.Offers;
import org.octroi.offer.PublishedOffer;
import org.octroi.problem.ProblemType;
import org.octroi.problem.Refusal;
import org.octroi.problem.RefusedException;
import org.octroi.vocabulary.Actor;
import org.octroi.vocabulary.AgreementId;
import org.octroi.vocabulary.Caller;
import org.octroi.vocabulary.Id;
import org.octroi.vocabulary.OfferId;
import org.octroi.vocabulary.PersonId;
import org.octroi.vocabulary.TerritoryId;
import org.octroi.vocabulary.UtcTimes;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Moves agreements from older versions of an offer to a newer one, 30 days or more after their
 * reusers were told. Only agreements on the very text of the newer version are moved, for the same
 * datasets, since a text is accepted and not announced; and none that gives less than its offer, on
 * which both sides agreed by itself.
 */
@Component
class AgreementMoves {

  /** How long before it is done it is announced. */
  static final Duration NOTICE = Duration.ofDays(30);

  private static final int AT_ONCE = 200;

  /** For an offer that is named :offer, of whose slug older versions are looked for. */
  private static final String MOVABLE =
      """
      from agreement r
        join offer o on o.id = r.offer_id and o.territory_id = r.territory_id
        join offer n on n.territory_id = o.territory_id and n.slug = o.slug
          and n.number > o.number
      where n.territory_id = :territory and n.id = :offer
        and r.territory_id = :territory and r.licence_version_id = n.licence_version_id
        and r.status in ('active', 'suspended') and r.tier is null
        and (r.valid_until is null or r.valid_until > :now)
        and not exists (
          select 1 from agreement_dataset d
          where d.agreement_id = r.id and d.dataset_id not in (
            select x.dataset_id from offer_dataset x where x.offer_id = n.id))
      """;

  private final JdbcClient jdbc;
  private final Agreements agreements;
  private final Offers offers;
  private final AuditTrail trail;
  private final ApplicationEventPublisher events;
  private final TransactionTemplate transaction;
  private final Clock clock;

  AgreementMoves(
      JdbcClient jdbc,
      Agreements agreements,
      Offers offers,
      AuditTrail trail,
      ApplicationEventPublisher events,
      TransactionTemplate transaction,
      Clock clock) {
    this.jdbc = jdbc;
    this.agreements = agreements;
    this.offers = offers;
    this.trail = trail;
    this.events = events;
    this.transaction = transaction;
    this.clock = clock;
  }

  /**
   * An announced move.
   *
   * @param offer the version that agreements are moved to
   * @param at when
   */
  record Move(TerritoryId territory, OfferId offer, Instant at, PersonId by) {}

  /**
   * How it was announced.
   *
   * @param agreements how many are moved, and told
   */
  record Announced(OfferId offer, Instant at, int agreements) {}

  /**
   * Announces it to all whom it concerns.
   *
   * @refuses not-found when there is no such offer
   * @refuses forbidden when the caller is no editor of the holder
   * @refuses offer-withdrawn when that version is no longer made
   * @refuses invalid-field when the time is less than 30 days away
   * @refuses conflict when it was announced before, or no agreement can be moved
   */
  @Transactional
  Announced announce(OfferId id, Instant at, Caller by) {
    PublishedOffer offer =
        offers
            .find(id)
            .orElseThrow(() -> RefusedException.of(ProblemType.NOT_FOUND, id.toString()));
    if (!by.mayEdit(offer.holder())) {
      throw RefusedException.of(ProblemType.FORBIDDEN, "to move this holder's agreements");
    }
    if (offer.withdrawn()) {
      throw RefusedException.of(ProblemType.OFFER_WITHDRAWN);
    }
    Instant now = clock.instant();
    if (at.isBefore(now.plus(NOTICE))) {
      throw new RefusedException(Refusal.field("/at", "must be 30 days away or more"));
    }
    List<AgreementId> concerned = movable(offer.territory(), id, Integer.MAX_VALUE);
    if (concerned.isEmpty()) {
      throw RefusedException.of(
          ProblemType.CONFLICT,
          "no agreement on an older version stands on the same text and the same datasets");
    }
    insert(new Move(offer.territory(), id, at, by.person()), now);
    trail.record(
        by.actor(),
        "offer.move-announced",
        Optional.of(offer.territory()),
        "offer",
        id.toString(),
        Map.of("at", at.toString(), "agreements", Integer.toString(concerned.size())));
    concerned.forEach(agreement -> events.publishEvent(new AgreementMoving(agreement, at)));
    return new Announced(id, at, concerned.size());
  }

  /** Does the moves that are due; each agreement in a transaction of its own. */
  @Scheduled(initialDelayString = "PT3M", fixedDelayString = "PT10M")
  void tick() {
    Instant now = clock.instant();
    for (Move move : due(now)) {
      List<AgreementId> batch = movable(move.territory(), move.offer(), AT_ONCE);
      while (!batch.isEmpty()) {
        batch.forEach(
            agreement -> transaction.executeWithoutResult(status -> move(move, agreement)));
        batch = movable(move.territory(), move.offer(), AT_ONCE);
      }
      transaction.executeWithoutResult(status -> done(move, now));
    }
  }

  private void move(Move move, AgreementId id) {
    Agreement agreement = agreements.holdUnseen(move.territory(), id);
    jdbc.sql(
            """
            update agreement set offer_id = :offer, version = version + 1
            where territory_id = :territory and id = :id
            """)
        .param("offer", move.offer().toString())
        .param("territory", move.territory().toString())
        .param("id", id.toString())
        .update();
    trail.record(
        new Actor.House("clock"),
        "agreement.move",
        Optional.of(move.territory()),
        "agreement",
        id.toString(),
        Map.of(
            "before", agreement.offer().toString(),
            "offer", move.offer().toString(),
            "for", move.by().toString()));
    events.publishEvent(new AgreementChanged(id, agreement.application(), move.territory()));
  }

  private List<AgreementId> movable(TerritoryId territory, OfferId offer, int most) {
    return jdbc.sql("select r.id " + MOVABLE + " order by r.id limit :most")
        .param("territory", territory.toString())
        .param("offer", offer.toString())
        .param("now", UtcTimes.column(clock.instant()))
        .param("most", most)
        .query((row, n) -> AgreementId.of(row.getString("id")))
        .list();
  }

  private void insert(Move move, Instant now) {
    try {
      jdbc.sql(
              """
              insert into agreement_move
                (id, territory_id, offer_id, moves_at, announced_by, announced_at)
              values (:id, :territory, :offer, :at, :by, :now)
              """)
          .param("id", Id.next().toString())
          .param("territory", move.territory().toString())
          .param("offer", move.offer().toString())
          .param("at", UtcTimes.column(move.at()))
          .param("by", move.by().toString())
          .param("now", UtcTimes.column(now))
          .update();
    } catch (DuplicateKeyException e) {
      throw RefusedException.of(ProblemType.CONFLICT, "the move was announced before");
    }
  }

  /** Of all territories, for the clock. */
  private List<Move> due(Instant now) {
    return jdbc.sql(
            """
            select territory_id, offer_id, moves_at, announced_by from agreement_move
            where done_at is null and moves_at <= :now
            order by moves_at
            """)
        .param("now", UtcTimes.column(now))
        .query(AgreementMoves::read)
        .list();
  }

  private void done(Move move, Instant now) {
    jdbc.sql(
            """
            update agreement_move set done_at = :now
            where territory_id = :territory and offer_id = :offer
            """)
        .param("now", UtcTimes.column(now))
        .param("territory", move.territory().toString())
        .param("offer", move.offer().toString())
        .update();
  }

  private static Move read(ResultSet row, int number) throws SQLException {
    return new Move(
        TerritoryId.of(row.getString("territory_id")),
        OfferId.of(row.getString("offer_id")),
        UtcTimes.read(row, "moves_at").orElseThrow(),
        PersonId.of(row.getString("announced_by")));
  }
}
