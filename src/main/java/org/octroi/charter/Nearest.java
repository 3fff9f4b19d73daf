package org.octroi.charter;

import java.util.Collection;
import java.util.Optional;

/**
 * Finds the name that was probably meant: the fewest letters away (insertions, deletions, changes
 * and swaps of neighbours: Damerau 1964).
 */
final class Nearest {

  private Nearest() {}

  /** {@code ; did you mean "open"?}, or nothing where no name is near. */
  static String hint(String written, Collection<String> names) {
    return of(written, names).map(name -> "; did you mean \"" + name + "\"?").orElse("");
  }

  private static Optional<String> of(String written, Collection<String> names) {
    if (written.length() > 100) {
      return Optional.empty();
    }
    int near = Math.max(1, Math.min(3, written.length() / 3));
    String best = "";
    int least = near + 1;
    for (String name : names) {
      if (Math.abs(name.length() - written.length()) > near) {
        continue;
      }
      int distance = distance(written, name);
      if (distance < least) {
        least = distance;
        best = name;
      }
    }
    return least <= near ? Optional.of(best) : Optional.empty();
  }

  private static int distance(String from, String to) {
    int[][] cost = new int[from.length() + 1][to.length() + 1];
    for (int i = 0; i <= from.length(); i++) {
      cost[i][0] = i;
    }
    for (int j = 0; j <= to.length(); j++) {
      cost[0][j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      for (int j = 1; j <= to.length(); j++) {
        boolean same = from.charAt(i - 1) == to.charAt(j - 1);
        int least =
            Math.min(
                cost[i - 1][j - 1] + (same ? 0 : 1), Math.min(cost[i - 1][j], cost[i][j - 1]) + 1);
        if (i > 1
            && j > 1
            && from.charAt(i - 1) == to.charAt(j - 2)
            && from.charAt(i - 2) == to.charAt(j - 1)) {
          least = Math.min(least, cost[i - 2][j - 2] + 1);
        }
        cost[i][j] = least;
      }
    }
    return cost[from.length()][to.length()];
  }
}
