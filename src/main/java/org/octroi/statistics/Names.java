package org.octroi.statistics;

/**
 * How ids get their names: the one place that knows other rooms' tables. What has no name any more,
 * or never had one, goes without.
 */
final class Names {

  private Names() {}

  /**
   * The join of a grouped query {@code x}, whose {@code item} is an id of the dimension; it brings
   * {@code n}. The territory is the parameter {@code :territory}; applications belong to the whole
   * instance.
   */
  static String join(Dimension dimension) {
    return switch (dimension) {
      case DATASET -> "left join dataset n on n.id = x.item and n.territory_id = :territory";
      case APPLICATION -> "left join application n on n.id = x.item";
      case PURPOSE, STATUS, OFFER, AGREEMENT, TIER, CHANNEL, REASON -> "";
    };
  }

  /** The French and the English name, as select expressions. */
  static String columns(Dimension dimension) {
    return switch (dimension) {
      case DATASET -> "n.title_fr as name_fr, n.title_en as name_en";
      case APPLICATION -> "n.name as name_fr, n.name as name_en";
      case PURPOSE, STATUS, OFFER, AGREEMENT, TIER, CHANNEL, REASON ->
          "null as name_fr, null as name_en";
    };
  }
}
