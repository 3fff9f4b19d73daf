package org.octroi.obligation;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.octroi.obligation.Catalogue.Column;

/**
 * Cuts a JSON record down to its visible columns. A column is a way of member names ({@code
 * coordonnees.lon}); what is declared deeper decides over what is declared above it, and what is
 * declared nowhere on its way does not go out.
 */
final class Projection {

  private static final Pattern DOT = Pattern.compile("\\.");

  private final Node root = new Node();
  private final Map<String, String[]> ways = new LinkedHashMap<>();
  private final RowRules rules;

  Projection(RowRules rules) {
    this.rules = rules;
    for (Column column : rules.columns()) {
      String[] way = DOT.split(column.name(), -1);
      ways.put(column.name(), way);
      Node node = root;
      for (String name : way) {
        node = node.children.computeIfAbsent(name, n -> new Node());
      }
      node.column = column.name();
      node.visible = rules.shows(column.name());
    }
  }

  /** The value of a column; nothing where its way ends early. */
  Datum value(Datum.Group record, String column) {
    String[] way = ways.get(column);
    if (way == null) {
      return Datum.NOTHING;
    }
    Datum here = record;
    for (String name : way) {
      if (!(here instanceof Datum.Group group)) {
        return Datum.NOTHING;
      }
      Datum next = group.members().get(name);
      if (next == null) {
        return Datum.NOTHING;
      }
      here = next;
    }
    return here;
  }

  /** The record as it may be seen. */
  Datum.Group visible(Datum.Group record) {
    return members(root, record, false);
  }

  private Datum.Group members(Node node, Datum.Group group, boolean kept) {
    Map<String, Datum> seen = new LinkedHashMap<>();
    group
        .members()
        .forEach(
            (name, value) -> {
              Node child = node.children.get(name);
              Datum shown = child == null ? (kept ? value : null) : visible(child, value, kept);
              if (shown != null) {
                seen.put(name, shown);
              }
            });
    return new Datum.Group(seen);
  }

  private @Nullable Datum visible(Node node, Datum value, boolean above) {
    boolean kept = node.column == null ? above : node.visible;
    if (kept && node.column != null && rules.masks().hides(node.column)) {
      return rules.masks().apply(node.column, value);
    }
    if (node.children.isEmpty()) {
      return kept ? value : null;
    }
    return switch (value) {
      case Datum.Group group -> {
        Datum.Group seen = members(node, group, kept);
        yield kept || !seen.members().isEmpty() ? seen : null;
      }
      case Datum.Series series -> {
        List<Datum> items = new ArrayList<>(series.items().size());
        for (Datum item : series.items()) {
          Datum seen = visible(node, item, above);
          if (seen != null) {
            items.add(seen);
          }
        }
        yield kept || !items.isEmpty() ? new Datum.Series(items) : null;
      }
      case Datum.Text text -> kept ? text : null;
      case Datum.Numeral number -> kept ? number : null;
      case Datum.Truth truth -> kept ? truth : null;
      case Datum.Nothing nothing -> kept ? nothing : null;
    };
  }

  private static final class Node {
    private final Map<String, Node> children = new LinkedHashMap<>();
    private @Nullable String column;
    private boolean visible;
  }
}
