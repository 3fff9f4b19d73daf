package org.octroi.statistics;

import java.time.ZoneId;
import java.util.Set;
import org.octroi.vocabulary.HolderId;
import org.octroi.vocabulary.TerritoryId;

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

  /** Whether there is anything to see. */
  boolean sees() {
    return whole || !holders.isEmpty() || !reusers.isEmpty();
  }
}
