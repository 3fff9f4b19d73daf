package org.octroi.statistics;

import java.time.ZoneId;
import java.util.List;
import java.util.Set;
import org.octroi.vocabulary.HolderId;
import org.octroi.vocabulary.TerritoryId;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * What somebody may see of a territory's usage: all of it, or what concerns some holders' datasets,
 * or what some reusers did themselves; the last two add up.
 *
 * @param territory the territory
 * @param zone its time zone, where its days begin and end
 * @param whole whether everything: a territory's administrator or auditor, an operator
 * @param holders the holders that the reader works for
 * @param reusers the reader's own id and those of the reader's organisations, as usage events name
 *     them
 */
public record StatisticsReach(
    TerritoryId territory, ZoneId zone, boolean whole, Set<HolderId> holders, Set<String> reusers) {

  public StatisticsReach {
    holders = Set.copyOf(holders);
    reusers = Set.copyOf(reusers);
  }

  /** Sees everything of the territory. */
  public static StatisticsReach whole(TerritoryId territory, ZoneId zone) {
    return new StatisticsReach(territory, zone, true, Set.of(), Set.of());
  }

  /** Sees what concerns these holders, and what these reusers did. */
  public static StatisticsReach of(
      TerritoryId territory, ZoneId zone, Set<HolderId> holders, Set<String> reusers) {
    return new StatisticsReach(territory, zone, false, holders, reusers);
  }

  /**
   * The condition by which a statement keeps out what may not be seen; its table has the columns
   * {@code holder_id} and {@code reuser}. Empty where everything may be.
   */
  String condition(String alias) {
    return whole
        ? ""
        : " and (%s.holder_id in (:holders) or %s.reuser in (:reusers))".formatted(alias, alias);
  }

  /** Gives a statement the territory, and what the condition speaks of. */
  JdbcClient.StatementSpec bind(JdbcClient.StatementSpec statement) {
    JdbcClient.StatementSpec bound = statement.param("territory", territory.toString());
    return whole
        ? bound
        : bound
            .param("holders", orNobody(holders.stream().map(HolderId::toString).toList()))
            .param("reusers", orNobody(List.copyOf(reusers)));
  }

  /** An empty list is no SQL: a word that stands in no row takes its place. */
  private static List<String> orNobody(List<String> ids) {
    return ids.isEmpty() ? List.of("-") : ids;
  }

  /** Whether there is anything to see. */
  boolean sees() {
    return whole || !holders.isEmpty() || !reusers.isEmpty();
  }
}
