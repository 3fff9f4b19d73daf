package org.octroi.agreement;

import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.octroi.territory.PageAsk;
import org.octroi.vocabulary.Page;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * A page of a table {@code r}, newest first, gathered part by part: an index gives each part in the
 * order of ids, and no index gives all of them at once. A row may be in several parts. For use by
 * one thread.
 */
final class NewestFirst<T> {

  private final JdbcClient jdbc;
  private final String select;
  private final RowMapper<T> reader;
  private final Function<T, String> id;
  private final PageAsk ask;
  private final Map<String, T> found = new HashMap<>();

  /**
   * @param select up to and with {@code from … r}
   */
  NewestFirst(
      JdbcClient jdbc, String select, RowMapper<T> reader, Function<T, String> id, PageAsk ask) {
    this.jdbc = jdbc;
    this.select = select;
    this.reader = reader;
    this.id = id;
    this.ask = ask;
  }

  /**
   * Reads as much of a part as the page may need.
   *
   * @param condition which part
   * @param order what the index is ordered by before the id, such as {@code r.territory_id desc,}
   * @param parameters of the condition
   */
  void gather(String condition, String order, Map<String, ?> parameters) {
    boolean fromStart = ask.after().isEmpty();
    jdbc.sql(
            select
                + " where "
                + condition
                + (fromStart ? "" : " and r.id < :after")
                + " order by "
                + order
                + " r.id desc limit :most")
        .params(parameters)
        .params(fromStart ? Map.of() : Map.of("after", ask.after()))
        .param("most", ask.fetch())
        .query(reader)
        .list()
        .forEach(one -> found.put(id.apply(one), one));
  }

  /** The page. */
  Page<T> page() {
    return Page.of(
        found.entrySet().stream()
            .sorted(Map.Entry.<String, T>comparingByKey(Comparator.reverseOrder()))
            .map(Map.Entry::getValue)
            .limit(ask.fetch())
            .toList(),
        ask.limit(),
        id);
  }
}
