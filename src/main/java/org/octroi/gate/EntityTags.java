package org.octroi.gate;

/** Compares entity tags (RFC 9110 §8.8.3). */
final class EntityTags {

  private static final String WEAK = "W/";

  private EntityTags() {}

  /**
   * Whether a tag is among those of {@code If-None-Match}, by the weak comparison (§13.1.2).
   *
   * @param list the field's value, its lines joined
   * @param tag the tag of what there is
   */
  static boolean match(String list, String tag) {
    if (list.strip().equals("*")) {
      return true;
    }
    String opaque = opaque(tag);
    int from = 0;
    while (from < list.length()) {
      int open = list.indexOf('"', from);
      int close = open < 0 ? -1 : list.indexOf('"', open + 1);
      if (close < 0) {
        return false;
      }
      if (list.substring(open, close + 1).equals(opaque)) {
        return true;
      }
      from = close + 1;
    }
    return false;
  }

  private static String opaque(String tag) {
    return tag.startsWith(WEAK) ? tag.substring(WEAK.length()) : tag;
  }
}
