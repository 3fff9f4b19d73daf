package org.octroi.vocabulary;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What was worked out lately, for things that are asked again and again in a row, a time's text or
 * a text's time. There are 64 places; what comes to a place that is taken takes it. Safe for use by
 * many threads: two may work out the same at the same time.
 *
 * @param <K> what is asked, told apart by {@code equals}
 * @param <V> what it comes to, the same each time
 */
public final class Lately<K, V> {

  private static final int PLACES = 64;

  private final AtomicReferenceArray<@Nullable Known<K, V>> places =
      new AtomicReferenceArray<>(PLACES);

  private final Function<K, V> work;

  /**
   * @param work works it out
   */
  public Lately(Function<K, V> work) {
    this.work = work;
  }

  private record Known<K, V>(K key, V value) {}

  /** What it comes to. */
  public V of(K key) {
    int place = Math.floorMod(key.hashCode(), PLACES);
    @Nullable Known<K, V> known = places.get(place);
    if (known == null || !known.key.equals(key)) {
      known = new Known<>(key, work.apply(key));
      places.set(place, known);
    }
    return known.value;
  }
}
