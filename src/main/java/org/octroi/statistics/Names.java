package org.octroi.statistics;

/**
 * How ids get their names: the one place that knows other rooms' tables of names. What has no name
 * any more, or never had one, goes without.
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
      case APPLICATION -> "left join application n on n.id = x.item";
      case HOLDER, DATASET, DISTRIBUTION, OFFER, AGREEMENT ->
          "left join %s n on n.id = x.item and n.territory_id = :territory"
              .formatted(dimension.word());
      case REUSER, LICENCE, TIER, PURPOSE, ACTION, FORMAT, CHANNEL, STATUS, REASON, OUTCOME -> "";
    };
  }

  /** The French and the English name, as select expressions. */
  static String columns(Dimension dimension) {
    return switch (dimension) {
      case DATASET, DISTRIBUTION, OFFER -> "n.title_fr as name_fr, n.title_en as name_en";
      case HOLDER, APPLICATION -> "n.name as name_fr, n.name as name_en";
      case AGREEMENT -> "n.number as name_fr, n.number as name_en";
      case REUSER, LICENCE, TIER, PURPOSE, ACTION, FORMAT, CHANNEL, STATUS, REASON, OUTCOME ->
          "null as name_fr, null as name_en";
    };
  }
}
