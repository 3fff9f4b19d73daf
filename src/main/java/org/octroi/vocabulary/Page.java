package org.octroi.vocabulary;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * One page of a list that is paged by key.
 *
 * @param items what is on it
 * @param next what to send as {@code after} for the next page; empty on the last
 */
public record Page<T>(List<T> items, Optional<String> next) {

  public Page {
    items = List.copyOf(items);
  }

  /**
   * Cuts a page from rows that were read with one more than asked for.
   *
   * @param rows up to {@code limit + 1} rows, in order
   * @param limit the most items of a page
   * @param key an item's place in the order
   */
  public static <T> Page<T> of(List<T> rows, int limit, Function<? super T, String> key) {
    return rows.size() <= limit
        ? new Page<>(rows, Optional.empty())
        : new Page<>(rows.subList(0, limit), Optional.of(key.apply(rows.get(limit - 1))));
  }

  /** The same page, each item seen in another way. */
  public <S> Page<S> map(Function<? super T, ? extends S> view) {
    return new Page<>(items.stream().<S>map(view).toList(), next);
  }
}
