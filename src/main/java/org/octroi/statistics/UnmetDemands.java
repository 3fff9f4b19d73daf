package org.octroi.statistics;

import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.octroi.statistics.Stretch.Piece;
import org.octroi.vocabulary.UtcTimes;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Reads what was asked for and not given. A holder's staff sees it of the holder, a reuser what
 * they were refused themselves, and what they asked for. Safe for use by many threads.
 */
@Component
final class UnmetDemands {

  private final JdbcClient jdbc;

  UnmetDemands(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  UnmetDemand read(StatisticsReach reach, UsageQuestion question, Locale locale) {
    if (!reach.sees()) {
      return new UnmetDemand(List.of(), false, List.of());
    }
    List<UnmetDemand.Refusals> refusals = refusals(reach, question, locale);
    boolean truncated = refusals.size() > question.limit();
    return new UnmetDemand(
        truncated ? refusals.subList(0, question.limit()) : refusals,
        truncated,
        demands(reach, question, locale));
  }

  private List<UnmetDemand.Refusals> refusals(
      StatisticsReach reach, UsageQuestion question, Locale locale) {
    List<Piece> pieces = new Stretch(question.from(), question.to()).pieces();
    List<String> parts = new ArrayList<>();
    for (int i = 0; i < pieces.size(); i++) {
      parts.add(
          """
          select r.reason, r.offer_id, r.dataset_id, sum(r.requests) as requests
          from %s r
          where r.territory_id = :territory and r.reason is not null and %s
          group by r.reason, r.offer_id, r.dataset_id
          """
              .formatted(
                  pieces.get(i).table(),
                  pieces.get(i).condition(i) + Statistics.where(reach, question)));
    }
    String title = title(locale);
    List<UnmetDemand.Refusals> found =
        Statistics.bind(
                jdbc.sql(
                    """
                    select x.*, o.%s as offer_name, d.%s as dataset_name from (
                      select r.reason, r.offer_id, r.dataset_id, sum(r.requests) as requests
                      from (%s) r
                      group by r.reason, r.offer_id, r.dataset_id
                    ) x
                    left join offer o on o.id = x.offer_id and o.territory_id = :territory
                    left join dataset d on d.id = x.dataset_id and d.territory_id = :territory
                    order by x.requests desc, x.reason, x.offer_id, x.dataset_id
                    limit :limit
                    """
                        .formatted(title, title, String.join(" union all ", parts))),
                reach,
                question,
                pieces)
            .query(
                (row, n) ->
                    new UnmetDemand.Refusals(
                        row.getString("reason"),
                        row.getString("offer_id") == null
                            ? List.of()
                            : List.of(
                                new UnmetDemand.Offered(
                                    row.getString("offer_id"), row.getString("offer_name"))),
                        row.getString("dataset_id"),
                        row.getString("dataset_name"),
                        row.getLong("requests")))
            .list();
    return withOffersInForce(found, reach, title);
  }

  /** Who had no agreement was refused before an offer was found: all in force would have served. */
  private List<UnmetDemand.Refusals> withOffersInForce(
      List<UnmetDemand.Refusals> refusals, StatisticsReach reach, String title) {
    List<String> datasets =
        refusals.stream()
            .filter(one -> one.offers().isEmpty())
            .map(UnmetDemand.Refusals::dataset)
            .distinct()
            .toList();
    if (datasets.isEmpty()) {
      return refusals;
    }
    Map<String, List<UnmetDemand.Offered>> offers = new HashMap<>();
    jdbc.sql(
            """
            select d.dataset_id, o.id, o.%s as title
            from offer_dataset d
            join offer o on o.id = d.offer_id and o.territory_id = d.territory_id
            where d.territory_id = :territory and d.dataset_id in (:datasets)
              and o.superseded_at is null and o.withdrawn_at is null
            order by o.slug
            """
                .formatted(title))
        .param("territory", reach.territory().toString())
        .param("datasets", datasets)
        .query(
            row -> {
              offers
                  .computeIfAbsent(row.getString(1), first -> new ArrayList<>())
                  .add(new UnmetDemand.Offered(row.getString(2), row.getString(3)));
            });
    return refusals.stream()
        .map(
            one ->
                one.offers().isEmpty()
                    ? new UnmetDemand.Refusals(
                        one.reason(),
                        offers.getOrDefault(one.dataset(), List.of()),
                        one.dataset(),
                        one.datasetName(),
                        one.requests())
                    : one)
        .toList();
  }

  private List<UnmetDemand.Demands> demands(
      StatisticsReach reach, UsageQuestion question, Locale locale) {
    StringBuilder where = new StringBuilder();
    for (Dimension dimension : List.of(Dimension.HOLDER, Dimension.DATASET)) {
      if (question.only().containsKey(dimension)) {
        where.append(" and r.%s = :%s".formatted(dimension.column(), dimension.word()));
      }
    }
    if (!reach.whole()) {
      where.append(
          " and (r.holder_id in (:holders) or r.person_id in (:reusers)"
              + " or r.organisation_id in (:reusers))");
    }
    JdbcClient.StatementSpec statement =
        reach.bind(
            jdbc.sql(
                """
                select x.*, h.name as holder_name, d.%s as dataset_name from (
                  select r.holder_id, r.dataset_id, count(*) as demands, min(r.asked_at) as oldest
                  from data_demand r
                  where r.territory_id = :territory and r.status = 'open'%s
                  group by r.holder_id, r.dataset_id
                ) x
                left join holder h on h.id = x.holder_id and h.territory_id = :territory
                left join dataset d on d.id = x.dataset_id and d.territory_id = :territory
                order by x.demands desc, x.holder_id, x.dataset_id
                limit :limit
                """
                    .formatted(title(locale), where)));
    statement = statement.param("limit", question.limit());
    for (Dimension dimension : List.of(Dimension.HOLDER, Dimension.DATASET)) {
      String one = question.only().get(dimension);
      if (one != null) {
        statement = statement.param(dimension.word(), one);
      }
    }
    return statement
        .query(
            (row, n) ->
                new UnmetDemand.Demands(
                    row.getString("holder_id"),
                    row.getString("holder_name"),
                    row.getString("dataset_id"),
                    row.getString("dataset_name"),
                    row.getLong("demands"),
                    UtcTimes.instant(row.getObject("oldest", LocalDateTime.class))))
        .list();
  }

  private static String title(Locale locale) {
    return "fr".equals(locale.getLanguage()) ? "title_fr" : "title_en";
  }
}
