package org.octroi.agreement;

import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.octroi.identity.Notice;
import org.octroi.identity.NoticeWords;
import org.octroi.identity.Notices;
import org.octroi.identity.Owner;
import org.octroi.offer.Offers;
import org.octroi.quota.Limits;
import org.octroi.quota.TakenQuotas;
import org.octroi.territory.Territories;
import org.octroi.territory.Territory;
import org.octroi.vocabulary.AgreementId;
import org.octroi.vocabulary.AgreementStatus;
import org.octroi.vocabulary.OfferId;
import org.octroi.vocabulary.TerritoryId;
import org.octroi.vocabulary.UtcTimes;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Tells reusers that four fifths of a day's quota are taken, once for each quota and day, by a look
 * at the ledger: no request waits for it. The agreement's own tier counts where it is narrower than
 * its offer's.
 */
@Component
class QuotaClock {

  /** From how many hundredths on they are told. */
  static final int MOST_OF_IT = 80;

  private static final int AT_ONCE = 1_000;
  private static final int KEPT_DAYS = 7;

  private final TakenQuotas taken;
  private final Agreements agreements;
  private final Offers offers;
  private final Territories territories;
  private final Notices notices;
  private final NoticeWords words;
  private final JdbcClient jdbc;
  private final TransactionTemplate transaction;
  private final Clock clock;
  private final ReentrantLock looking = new ReentrantLock();

  QuotaClock(
      TakenQuotas taken,
      Agreements agreements,
      Offers offers,
      Territories territories,
      Notices notices,
      NoticeWords words,
      JdbcClient jdbc,
      TransactionTemplate transaction,
      Clock clock) {
    this.taken = taken;
    this.agreements = agreements;
    this.offers = offers;
    this.territories = territories;
    this.notices = notices;
    this.words = words;
    this.jdbc = jdbc;
    this.transaction = transaction;
    this.clock = clock;
  }

  /**
   * At a fixed rate, since tasks with a fixed delay wait for each other, and a look may be long.
   */
  @Scheduled(initialDelayString = "PT1M", fixedRateString = "PT5M")
  void tick() {
    if (looking.tryLock()) {
      try {
        look();
        forget();
      } finally {
        looking.unlock();
      }
    }
  }

  /** Looks at the day of each territory's clocks. */
  void look() {
    Instant now = clock.instant();
    Map<TerritoryId, ZoneId> zones =
        territories.all().stream().collect(Collectors.toMap(Territory::id, Territory::zone));
    Map<OfferId, Limits> limits = new HashMap<>();
    for (LocalDate day :
        zones.values().stream()
            .map(zone -> LocalDate.ofInstant(now, zone))
            .collect(Collectors.toSet())) {
      Optional<TakenQuotas.Taken> last = Optional.empty();
      List<TakenQuotas.Taken> part;
      do {
        part = taken.on(day, last, AT_ONCE);
        tell(part, day, now, zones, limits);
        last = part.isEmpty() ? last : Optional.of(part.getLast());
      } while (part.size() == AT_ONCE);
    }
  }

  private void tell(
      List<TakenQuotas.Taken> part,
      LocalDate day,
      Instant now,
      Map<TerritoryId, ZoneId> zones,
      Map<OfferId, Limits> limits) {
    Set<AgreementId> ids =
        part.stream().map(TakenQuotas.Taken::agreement).collect(Collectors.toSet());
    Map<AgreementId, Agreement> known =
        agreements.find(ids).stream()
            .filter(one -> one.statusAt(now) == AgreementStatus.ACTIVE)
            .collect(Collectors.toMap(Agreement::id, Function.identity()));
    Set<String> told = told(ids, day);
    for (TakenQuotas.Taken one : part) {
      Agreement agreement = known.get(one.agreement());
      if (agreement == null || told.contains(one.agreement() + one.what())) {
        continue;
      }
      ZoneId zone = zones.get(agreement.territory());
      Limits given =
          agreement
              .tier()
              .map(tier -> tier.limits())
              .orElseGet(() -> limits.computeIfAbsent(agreement.offer(), this::limits));
      long quota = one.quota(given).orElse(0);
      if (quota > 0
          && zone != null
          && day.equals(LocalDate.ofInstant(now, zone))
          && one.units() >= Math.ceilDiv(Math.multiplyExact(quota, MOST_OF_IT), 100L)) {
        transaction.executeWithoutResult(status -> tell(agreement, one, quota, zone, now));
      }
    }
  }

  private Limits limits(OfferId offer) {
    return offers.find(offer).orElseThrow().tier().limits();
  }

  private void tell(
      Agreement agreement, TakenQuotas.Taken one, long quota, ZoneId zone, Instant now) {
    if (!noticed(agreement, one, now)) {
      return;
    }
    String number = agreement.number().value();
    notices.tellOwner(
        Owner.of(agreement.ownerKind(), agreement.ownerId()),
        new Notice(
            "agreement.quota-nearly-spent",
            Optional.of(agreement.territory()),
            "agreement",
            agreement.id().toString(),
            words.say("notice.agreement.quota-nearly-spent.title", number, MOST_OF_IT),
            words.say(
                "notice.agreement.quota-nearly-spent." + one.what(),
                number,
                Math.min(one.units(), quota),
                quota,
                NoticeWords.time(one.day().plusDays(1).atStartOfDay(zone).toInstant(), zone))));
  }

  private Set<String> told(Set<AgreementId> ids, LocalDate day) {
    return ids.isEmpty()
        ? Set.of()
        : new HashSet<>(
            jdbc.sql(
                    """
                    select agreement_id, kind from agreement_quota_notice
                    where local_day = :day and agreement_id in (:ids)
                    """)
                .param("day", day)
                .param("ids", ids.stream().map(AgreementId::toString).toList())
                .query((row, n) -> row.getString("agreement_id") + row.getString("kind"))
                .list());
  }

  private boolean noticed(Agreement agreement, TakenQuotas.Taken one, Instant now) {
    try {
      jdbc.sql(
              """
              insert into agreement_quota_notice
                (agreement_id, kind, local_day, territory_id, told_at)
              values (:agreement, :kind, :day, :territory, :now)
              """)
          .param("agreement", agreement.id().toString())
          .param("kind", one.what())
          .param("day", one.day())
          .param("territory", agreement.territory().toString())
          .param("now", UtcTimes.column(now))
          .update();
      return true;
    } catch (DuplicateKeyException e) {
      return false;
    }
  }

  private void forget() {
    jdbc.sql("delete from agreement_quota_notice where local_day < :day")
        .param("day", LocalDate.now(clock).minusDays(KEPT_DAYS))
        .update();
  }
}
