package org.octroi.charter;

import java.util.Collection;
import java.util.Optional;

/** Finds the name that was probably meant: the fewest letters away (Levenshtein 1966). */
final class Nearest {

  private Nearest() {}

  /** {@code ; did you mean "open"?}, or nothing where no name is near. */
  static String hint(String written, Collection<String> names) {
    return of(written, names).map(name -> "; did you mean \"" + name + "\"?").orElse("");
  }

  private static Optional<String> of(String written, Collection<String> names) {
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
    int[] before = new int[to.length() + 1];
    for (int j = 0; j < before.length; j++) {
      before[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      int[] now = new int[to.length() + 1];
      now[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int change = before[j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        now[j] = Math.min(change, Math.min(before[j], now[j - 1]) + 1);
      }
      before = now;
    }
    return before[to.length()];
  }
}
