package org.octroi.agreement;

import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
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
import org.octroi.quota.Quota;
import org.octroi.quota.TakenQuotas;
import org.octroi.quota.Window;
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
 * Tells reusers that four fifths of a quota of a day or a month are taken, once for each quota and
 * period, by a look at the ledger: no request waits for it. The agreement's own tier counts where
 * it is narrower than its offer's.
 */
@Component
class QuotaClock {

  /** From how many hundredths on they are told. */
  static final int MOST_OF_IT = 80;

  private static final int AT_ONCE = 1_000;
  private static final int KEPT_DAYS = 35;

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

  /** Looks at the quotas of which most is taken. */
  void look() {
    Instant now = clock.instant();
    Map<TerritoryId, ZoneId> zones =
        territories.all().stream().collect(Collectors.toMap(Territory::id, Territory::zone));
    Map<OfferId, Limits> limits = new HashMap<>();
    Optional<TakenQuotas.Spent> last = Optional.empty();
    List<TakenQuotas.Spent> part;
    do {
      part = taken.mostlySpent(MOST_OF_IT, last, AT_ONCE);
      tell(part, now, zones, limits);
      last = part.isEmpty() ? last : Optional.of(part.getLast());
    } while (part.size() == AT_ONCE);
  }

  private void tell(
      List<TakenQuotas.Spent> part,
      Instant now,
      Map<TerritoryId, ZoneId> zones,
      Map<OfferId, Limits> limits) {
    Set<AgreementId> ids =
        part.stream().map(TakenQuotas.Spent::agreement).collect(Collectors.toSet());
    Map<AgreementId, Agreement> known =
        agreements.find(ids).stream()
            .filter(one -> one.statusAt(now) == AgreementStatus.ACTIVE)
            .collect(Collectors.toMap(Agreement::id, Function.identity()));
    Set<String> told = told(ids);
    for (TakenQuotas.Spent one : part) {
      Agreement agreement = known.get(one.agreement());
      if (agreement == null
          || told.contains(key(one.agreement().toString(), kind(one), day(one)))) {
        continue;
      }
      ZoneId zone = zones.get(agreement.territory());
      Limits given =
          agreement
              .tier()
              .map(tier -> tier.limits())
              .orElseGet(() -> limits.computeIfAbsent(agreement.offer(), this::limits));
      // As the tier has it now: the ledger says what it was when a gate last asked.
      long quota = given.quota(one.unit(), one.window()).map(Quota::amount).orElse(0L);
      if (quota > 0
          && zone != null
          && one.taken() >= Math.ceilDiv(Math.multiplyExact(quota, MOST_OF_IT), 100L)) {
        transaction.executeWithoutResult(status -> tell(agreement, one, quota, zone, now));
      }
    }
  }

  private Limits limits(OfferId offer) {
    return offers.find(offer).orElseThrow().tier().limits();
  }

  private void tell(
      Agreement agreement, TakenQuotas.Spent one, long quota, ZoneId zone, Instant now) {
    if (!noticed(agreement, one, now)) {
      return;
    }
    String number = agreement.number().value();
    String window = one.window().word();
    notices.tellOwner(
        Owner.of(agreement.ownerKind(), agreement.ownerId()),
        new Notice(
            "agreement.quota-nearly-spent",
            Optional.of(agreement.territory()),
            "agreement",
            agreement.id().toString(),
            words.say("notice.agreement.quota-nearly-spent.title." + window, number, MOST_OF_IT),
            words.say(
                "notice.agreement.quota-nearly-spent." + one.unit().word() + "." + window,
                number,
                Math.min(one.taken(), quota),
                quota,
                NoticeWords.time(one.endsAt(), zone))));
  }

  /** What a notice is about: {@code requests}, or {@code requests-month}. */
  private static String kind(TakenQuotas.Spent one) {
    return one.window() == Window.DAY
        ? one.unit().word()
        : one.unit().word() + "-" + one.window().word();
  }

  /** The first day of a period. */
  private static LocalDate day(TakenQuotas.Spent one) {
    return one.window() == Window.MONTH
        ? YearMonth.parse(one.period()).atDay(1)
        : LocalDate.parse(one.period());
  }

  private static String key(String agreement, String kind, LocalDate day) {
    return agreement + " " + kind + " " + day;
  }

  private Set<String> told(Set<AgreementId> ids) {
    return ids.isEmpty()
        ? Set.of()
        : new HashSet<>(
            jdbc.sql(
                    """
                    select agreement_id, kind, local_day from agreement_quota_notice
                    where agreement_id in (:ids)
                    """)
                .param("ids", ids.stream().map(AgreementId::toString).toList())
                .query(
                    (row, n) ->
                        key(
                            row.getString("agreement_id"),
                            row.getString("kind"),
                            row.getObject("local_day", LocalDate.class)))
                .list());
  }

  private boolean noticed(Agreement agreement, TakenQuotas.Spent one, Instant now) {
    try {
      jdbc.sql(
              """
              insert into agreement_quota_notice
                (agreement_id, kind, local_day, territory_id, told_at)
              values (:agreement, :kind, :day, :territory, :now)
              """)
          .param("agreement", agreement.id().toString())
          .param("kind", kind(one))
          .param("day", day(one))
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
