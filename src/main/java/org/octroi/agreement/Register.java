package org.octroi.agreement;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.octroi.territory.PageAsk;
import org.octroi.territory.Territories;
import org.octroi.vocabulary.Page;
import org.octroi.vocabulary.Purpose;
import org.octroi.vocabulary.TerritoryId;
import org.octroi.vocabulary.UtcTimes;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * The public register: the agreements in force, with organisations by name and persons by kind
 * only. Safe for use by many threads.
 */
@Component
class Register {

  private static final String ENTRIES =
      """
      select r.id, r.number, t.slug as territory, h.name as holder, r.offer_id,
        r.reuser_kind, g.name as organisation, r.purposes, r.granted_at, r.valid_from,
        r.valid_until
      from agreement r
        join territory t on t.id = r.territory_id
        join holder h on h.id = r.holder_id and h.territory_id = r.territory_id
        left join organisation g
          on g.id = r.owner_id and r.owner_kind = 'organisation'
      """;

  private final JdbcClient jdbc;
  private final Clock clock;
  private final Territories territories;

  Register(JdbcClient jdbc, Clock clock, Territories territories) {
    this.jdbc = jdbc;
    this.clock = clock;
    this.territories = territories;
  }

  /**
   * An agreement as the public sees it.
   *
   * @param territory the territory's name in addresses
   * @param holder the holder's name
   * @param offer the id of the version of the offer
   * @param organisation the reuser's name, where it is an organisation
   * @param datasets their names in addresses
   * @param purposes DPV terms
   * @param validUntil the first moment after; absent where it has no end
   */
  record Entry(
      String number,
      String territory,
      String holder,
      String offer,
      String reuserKind,
      @Nullable String organisation,
      List<String> datasets,
      List<String> purposes,
      Instant grantedAt,
      Instant validFrom,
      @Nullable Instant validUntil) {}

  /** An entry of which the datasets are still to be read. */
  private record Row(String id, Function<List<String>, Entry> with) {}

  /** A page of them, newest first. */
  Page<Entry> inForce(Optional<TerritoryId> territory, PageAsk ask) {
    NewestFirst<Row> all = new NewestFirst<>(jdbc, ENTRIES, Register::row, Row::id, ask);
    for (String one : territory.map(t -> List.of(t.toString())).orElseGet(territories::ids)) {
      all.gather(
          """
          r.territory_id = :territory and r.status = 'active' and r.valid_from <= :now
            and (r.valid_until is null or r.valid_until > :now)
          """,
          "r.territory_id desc,",
          Map.of("territory", one, "now", UtcTimes.column(clock.instant())));
    }
    Page<Row> page = all.page();
    Map<String, List<String>> datasets = datasets(page.items());
    return page.map(row -> row.with().apply(datasets.getOrDefault(row.id(), List.of())));
  }

  private Map<String, List<String>> datasets(List<Row> rows) {
    if (rows.isEmpty()) {
      return Map.of();
    }
    return jdbc
        .sql(
            """
            select c.agreement_id, d.slug
            from agreement_dataset c
              join dataset d on d.id = c.dataset_id and d.territory_id = c.territory_id
            where c.agreement_id in (:agreements)
            order by d.slug
            """)
        .param("agreements", rows.stream().map(Row::id).toList())
        .query((row, n) -> Map.entry(row.getString("agreement_id"), row.getString("slug")))
        .list()
        .stream()
        .collect(
            Collectors.groupingBy(
                Map.Entry::getKey, Collectors.mapping(Map.Entry::getValue, Collectors.toList())));
  }

  private static Row row(ResultSet row, int index) throws SQLException {
    String number = row.getString("number");
    String territory = row.getString("territory");
    String holder = row.getString("holder");
    String offer = row.getString("offer_id");
    String reuserKind = row.getString("reuser_kind");
    @Nullable String organisation = row.getString("organisation");
    List<String> purposes =
        PurposeList.read(row.getString("purposes")).stream().map(Purpose::term).toList();
    Instant grantedAt = UtcTimes.read(row, "granted_at").orElseThrow();
    Instant validFrom = UtcTimes.read(row, "valid_from").orElseThrow();
    @Nullable Instant validUntil = UtcTimes.read(row, "valid_until").orElse(null);
    return new Row(
        row.getString("id"),
        datasets ->
            new Entry(
                number,
                territory,
                holder,
                offer,
                reuserKind,
                organisation,
                datasets,
                purposes,
                grantedAt,
                validFrom,
                validUntil));
  }
}
