package org.octroi.agreement;

import java.util.Arrays;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.octroi.vocabulary.Purpose;

/** How purposes stand in a column: their terms with spaces between, in order. */
final class PurposeList {

  private PurposeList() {}

  static String column(SortedSet<Purpose> purposes) {
    return purposes.stream().map(Purpose::term).collect(Collectors.joining(" "));
  }

  static SortedSet<Purpose> read(String column) {
    return Arrays.stream(column.split(" "))
        .filter(term -> !term.isEmpty())
        .map(Purpose::new)
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
