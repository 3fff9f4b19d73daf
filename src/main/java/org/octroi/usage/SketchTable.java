package org.octroi.usage;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.octroi.vocabulary.AtTheDesk;
import org.springframework.jdbc.core.JdbcOperations;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * The sketches of days and months. They are read, put together with new ones and written back in
 * the transaction of the caller, which holds the lines until it ends.
 */
@Component
@AtTheDesk
final class SketchTable {

  private static final int LINES_AT_ONCE = 200;

  private final JdbcClient jdbc;
  private final JdbcOperations batches;

  SketchTable(JdbcClient jdbc, JdbcOperations batches) {
    this.jdbc = jdbc;
    this.batches = batches;
  }

  /**
   * Puts sketches together with those of their lines, which are taken in the order of their keys.
   */
  void merge(Map<SketchLine, Sketches> more) {
    SortedMap<String, SketchLine> lines = new TreeMap<>();
    more.keySet().forEach(line -> lines.put(line.key(), line));
    List<String> keys = List.copyOf(lines.keySet());
    for (int from = 0; from < keys.size(); from += LINES_AT_ONCE) {
      List<String> some = keys.subList(from, Math.min(keys.size(), from + LINES_AT_ONCE));
      Map<String, Sketches> before = read(some, territories(some, lines));
      List<Object[]> known = new ArrayList<>();
      List<Object[]> fresh = new ArrayList<>();
      for (String key : some) {
        SketchLine line = lines.get(key);
        Sketches added = line == null ? null : more.get(line);
        if (line == null || added == null) {
          throw new IllegalStateException("no sketches of the line " + key);
        }
        Sketches all = before.get(key);
        if (all == null) {
          fresh.add(insertion(key, line, added));
        } else {
          all.merge(added);
          known.add(update(key, line, all));
        }
      }
      write(known, fresh);
    }
  }

  private static Set<String> territories(List<String> keys, Map<String, SketchLine> lines) {
    Set<String> territories = new TreeSet<>();
    for (String key : keys) {
      SketchLine line = lines.get(key);
      if (line != null) {
        territories.add(line.territory());
      }
    }
    return territories;
  }

  private Map<String, Sketches> read(List<String> keys, Set<String> territories) {
    Map<String, Sketches> found = new HashMap<>();
    jdbc.sql(
            """
            select sketch_key, reusers, callers, anonymous, latency_micros, answer_bytes
            from usage_sketch
            where sketch_key in (:keys) and territory_id in (:territories)
            order by sketch_key
            for update
            """)
        .param("keys", keys)
        .param("territories", territories)
        .query(
            row -> {
              Sketches sketches = new Sketches();
              sketches.merge(
                  row.getBytes(2),
                  row.getBytes(3),
                  row.getBytes(4),
                  row.getBytes(5),
                  row.getBytes(6));
              found.put(row.getString(1), sketches);
            });
    return found;
  }

  private static Object[] update(String key, SketchLine line, Sketches sketches) {
    byte[][] columns = sketches.columns();
    return new Object[] {
      columns[0], columns[1], columns[2], columns[3], columns[4], key, line.territory()
    };
  }

  private static @Nullable Object[] insertion(String key, SketchLine line, Sketches sketches) {
    byte[][] columns = sketches.columns();
    return new @Nullable Object[] {
      key,
      line.territory(),
      line.grain().name().toLowerCase(Locale.ROOT),
      line.starts(),
      line.scope().name().toLowerCase(Locale.ROOT),
      line.id(),
      line.holder(),
      line.reuser(),
      columns[0],
      columns[1],
      columns[2],
      columns[3],
      columns[4]
    };
  }

  private void write(List<Object[]> known, List<Object[]> fresh) {
    if (!known.isEmpty()) {
      batches.batchUpdate(
          """
          update usage_sketch set
            reusers = ?, callers = ?, anonymous = ?, latency_micros = ?, answer_bytes = ?
          where sketch_key = ? and territory_id = ?
          """,
          known);
    }
    if (!fresh.isEmpty()) {
      batches.batchUpdate(
          """
          insert into usage_sketch (
            sketch_key, territory_id, grain, starts, scope, scope_id, holder_id, reuser,
            reusers, callers, anonymous, latency_micros, answer_bytes)
          values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
          """,
          fresh);
    }
  }
}
