package org.octroi.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FreshnessTest {

  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

  private static StoreAnswer answer(int status, boolean shaped, String... headers) {
    Map<String, String> named = new HashMap<>();
    for (int i = 0; i < headers.length; i += 2) {
      named.put(headers[i], headers[i + 1]);
    }
    return new StoreAnswer(
        status,
        "application/json",
        OptionalLong.empty(),
        Optional.empty(),
        Optional.empty(),
        named,
        shaped);
  }

  private static Optional<Freshness> of(String... headers) {
    return Freshness.of(answer(200, false, headers), false, NOW, Duration.ZERO);
  }

  private static Optional<Long> seconds(String... headers) {
    return of(headers).map(fresh -> fresh.lifetime().toSeconds());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "max-age=60 | 60",
        "public, Max-Age=60 | 60",
        "max-age=60, s-maxage=30 | 30",
        "s-maxage=90, max-age=0 | 90",
        "max-age=60, max-age=20 | 20",
        "max-age=\"60\" | 60",
        "ext=\"a, max-age=9\", max-age=60 | 60",
        "max-age=99999999999999999999 | 604800",
        "max-age=60, must-revalidate, immutable | 60"
      })
  void the_store_says_for_how_long(String cacheControl, long expected) {
    assertThat(seconds("cache-control", cacheControl)).hasValue(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "public",
        "max-age=0",
        "max-age=-1",
        "max-age=soon",
        "s-maxage=0, max-age=60",
        "no-store, max-age=60",
        "No-Store, s-maxage=60",
        "private, max-age=60",
        "private=\"set-cookie, x\", max-age=60",
        "no-cache, max-age=60",
        "no-cache=\"x\", max-age=60",
        "ext=\"max-age=60\"",
        "ext=\"\\\", max-age=60\""
      })
  void and_otherwise_nothing_is_kept(String cacheControl) {
    assertThat(of("cache-control", cacheControl)).isEmpty();
  }

  @Test
  void a_date_of_expiry_counts_where_no_age_is_said() {
    assertThat(seconds("expires", "Sun, 01 Mar 2026 12:01:00 GMT")).hasValue(60L);
    assertThat(seconds("expires", "Sun, 01 Mar 2026 12:01:00 GMT", "cache-control", "max-age=5"))
        .hasValue(5L);
    assertThat(of("expires", "Sun, 01 Mar 2026 11:59:00 GMT")).isEmpty();
    assertThat(of("expires", "0")).isEmpty();
    assertThat(seconds("expires", "Sun, 01 Mar 2099 12:00:00 GMT")).hasValue(604_800L);
  }

  @Test
  void the_age_that_it_came_with_and_the_time_it_took_are_over_already() {
    StoreAnswer answer = answer(200, false, "cache-control", "max-age=60", "age", "20");

    assertThat(Freshness.of(answer, false, NOW, Duration.ofSeconds(3)))
        .hasValue(new Freshness(Duration.ofSeconds(23), Duration.ofSeconds(37)));
    assertThat(of("cache-control", "max-age=60", "age", "60")).isEmpty();
    assertThat(of("cache-control", "max-age=60", "age", "old")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "accept | true",
        "Accept, Accept-Language,accept-encoding | true",
        "* | false",
        "accept, authorization | false",
        "octroi-agreement | false",
        "cookie | false"
      })
  void what_varies_by_anything_unknown_is_not_kept(String vary, boolean kept) {
    assertThat(of("cache-control", "max-age=60", "vary", vary).isPresent()).isEqualTo(kept);
  }

  @Test
  void only_whole_untouched_answers_without_cookies_are_kept() {
    for (int status : new int[] {206, 304, 404, 416}) {
      assertThat(
              Freshness.of(
                  answer(status, false, "cache-control", "max-age=60"), false, NOW, Duration.ZERO))
          .isEmpty();
    }
    assertThat(
            Freshness.of(
                answer(200, true, "cache-control", "max-age=60"), false, NOW, Duration.ZERO))
        .isEmpty();
    assertThat(of("cache-control", "max-age=60", "content-range", "bytes 0-1/2")).isEmpty();
    assertThat(of("cache-control", "max-age=60", "set-cookie", "a=b")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"max-age=60 | false", "public, max-age=60 | true", "s-maxage=60 | true"})
  void a_store_that_was_told_who_asks_must_say_that_it_is_for_all(
      String cacheControl, boolean kept) {
    StoreAnswer answer = answer(200, false, "cache-control", cacheControl);

    assertThat(Freshness.of(answer, true, NOW, Duration.ZERO).isPresent()).isEqualTo(kept);
  }
}
