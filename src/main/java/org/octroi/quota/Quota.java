package org.octroi.quota;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * An amount that may be used in each window.
 *
 * @param unit what is counted
 * @param window for how long
 * @param amount how much; 0 lets nothing through
 * @param grace how many units a gate still serves when it has spent its lease and the ledger can't
 *     be reached, charged as soon as it can: the quota is <i>lenient</i>. Absent where the gate
 *     then refuses: the quota is <i>strict</i>
 */
public record Quota(Unit unit, Window window, long amount, OptionalLong grace) {

  /** By unit, then from the shortest window to the longest. */
  static final Comparator<Quota> ORDER =
      Comparator.comparing(Quota::unit).thenComparing(Quota::window);

  public Quota {
    if (amount < 0 || grace.orElse(0) < 0) {
      throw new IllegalArgumentException("a quota is not negative");
    }
  }

  /** A strict quota. */
  public static Quota of(Unit unit, Window window, long amount) {
    return new Quota(unit, window, amount, OptionalLong.empty());
  }

  /** What somebody gave, by unit and window; empty where they gave nothing. */
  public interface Given {
    OptionalLong of(Unit unit, Window window);
  }

  /**
   * All that was given.
   *
   * @param units of these only
   * @param graceAlone is told the name of each grace without a quota
   */
  public static List<Quota> given(
      List<Unit> units, Given amounts, Given graces, Consumer<String> graceAlone) {
    List<Quota> quotas = new ArrayList<>();
    for (Unit unit : units) {
      for (Window window : Window.values()) {
        OptionalLong amount = amounts.of(unit, window);
        OptionalLong grace = graces.of(unit, window);
        if (amount.isPresent()) {
          quotas.add(new Quota(unit, window, amount.getAsLong(), grace));
        } else if (grace.isPresent()) {
          graceAlone.accept(name(unit, window));
        }
      }
    }
    return quotas;
  }

  /** Its name in charters, in the API and in columns: {@code requestsPerDay}. */
  public String name() {
    return name(unit, window);
  }

  /** The name of such a quota: {@code requestsPerDay}. */
  public static String name(Unit unit, Window window) {
    String word = window.word();
    return unit.word() + "Per" + Character.toUpperCase(word.charAt(0)) + word.substring(1);
  }

  /** The name of its policy in the RateLimit fields: {@code day}, or {@code day-rows}. */
  public String policy() {
    return unit == Unit.REQUESTS ? window.word() : window.word() + "-" + unit.word();
  }
}
