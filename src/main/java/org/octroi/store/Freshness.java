package org.octroi.store;

import io.netty.handler.codec.DateFormatter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * For how long a shared cache may serve an answer again (RFC 9111): so long as the store itself
 * says, and not at all where it doesn't; nothing is guessed (§4.2.2 would allow it).
 *
 * @param age how old the answer was when it came (§4.2.3)
 * @param lifetime how long it may be served from then on; positive
 */
record Freshness(Duration age, Duration lifetime) {

  /** By these the answers are kept apart anyway: see the key of {@link SharedAnswers}. */
  private static final Set<String> VARY_KNOWN =
      Set.of("accept", "accept-language", "accept-encoding");

  /** Nothing is kept for longer, whatever the store says; also guards the arithmetic. */
  private static final long LONGEST_SECONDS = Duration.ofDays(7).toSeconds();

  /** What a {@code Cache-Control} says that matters here. */
  private static final class Directives {
    private boolean forbids;
    private boolean isPublic;
    private @Nullable Long maxAge;
    private @Nullable Long sharedMaxAge;

    private Directives(String field) {
      split(field).forEach(this::take);
    }

    private void take(String directive) {
      int equals = directive.indexOf('=');
      String name =
          (equals < 0 ? directive : directive.substring(0, equals))
              .strip()
              .toLowerCase(Locale.ROOT);
      String value = equals < 0 ? "" : directive.substring(equals + 1).strip();
      switch (name) {
        // With field names or without: RFC 9111 §5.2.2.4 and §5.2.2.7 let a cache take both as
        // bare.
        case "no-store", "private", "no-cache" -> forbids = true;
        case "public" -> isPublic = true;
        case "max-age" -> maxAge = least(maxAge, value);
        case "s-maxage" -> sharedMaxAge = least(sharedMaxAge, value);
        default -> {
          // What is not known is to be ignored (§5.2.3).
        }
      }
    }

    /** Said twice, the shorter holds; what is no number is stale (§4.2.1). */
    private static Long least(@Nullable Long known, String value) {
      long seconds = seconds(unquoted(value)).orElse(0L);
      return known == null ? seconds : Math.min(known, seconds);
    }

    private static String unquoted(String value) {
      return value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"")
          ? value.substring(1, value.length() - 1)
          : value;
    }

    /** At commas outside of quotes. */
    private static List<String> split(String field) {
      List<String> parts = new ArrayList<>();
      boolean quoted = false;
      int from = 0;
      for (int i = 0; i < field.length(); i++) {
        char c = field.charAt(i);
        if (c == '\\' && quoted) {
          i++;
        } else if (c == '"') {
          quoted = !quoted;
        } else if (c == ',' && !quoted) {
          parts.add(field.substring(from, i));
          from = i + 1;
        }
      }
      parts.add(field.substring(from));
      return parts;
    }
  }

  /**
   * Looks at the head of an answer to a plain GET.
   *
   * @param knownToStore whether the store was told who asks, so that it may have answered for them
   *     alone unless it says otherwise
   * @param now the time of day at which the answer came
   * @param took how long the store took to begin its answer, which counts as age
   * @return empty where it may not be served again
   */
  static Optional<Freshness> of(
      StoreAnswer answer, boolean knownToStore, Instant now, Duration took) {
    Map<String, String> headers = answer.headers();
    if (answer.status() != 200
        || answer.shaped()
        || headers.containsKey("content-range")
        || headers.containsKey("set-cookie")
        || !variesByTheKeyAlone(headers.get("vary"))) {
      return Optional.empty();
    }
    Directives directives = new Directives(headers.getOrDefault("cache-control", ""));
    boolean forAll = directives.isPublic || directives.sharedMaxAge != null;
    if (directives.forbids || (knownToStore && !forAll)) {
      return Optional.empty();
    }
    Optional<Duration> whole = lifetime(directives, headers.get("expires"), now);
    Optional<Duration> age = age(headers.get("age")).map(told -> told.plus(took));
    if (whole.isEmpty() || age.isEmpty()) {
      return Optional.empty();
    }
    Duration left = whole.get().minus(age.get());
    return left.isPositive() ? Optional.of(new Freshness(age.get(), left)) : Optional.empty();
  }

  private static boolean variesByTheKeyAlone(@Nullable String vary) {
    if (vary == null) {
      return true;
    }
    for (String name : vary.split(",", -1)) {
      String known = name.strip().toLowerCase(Locale.ROOT);
      if (!known.isEmpty() && !VARY_KNOWN.contains(known)) {
        return false;
      }
    }
    return true;
  }

  /** RFC 9111 §4.2.1, in its order. */
  private static Optional<Duration> lifetime(
      Directives directives, @Nullable String expires, Instant now) {
    Long seconds = directives.sharedMaxAge == null ? directives.maxAge : directives.sharedMaxAge;
    if (seconds != null) {
      return Optional.of(Duration.ofSeconds(seconds));
    }
    Date until = expires == null ? null : DateFormatter.parseHttpDate(expires);
    if (until == null) {
      return Optional.empty();
    }
    Duration left = Duration.between(now, until.toInstant());
    Duration longest = Duration.ofSeconds(LONGEST_SECONDS);
    return Optional.of(left.compareTo(longest) > 0 ? longest : left);
  }

  /** Empty where it is said and can't be read: it may be any. */
  private static Optional<Duration> age(@Nullable String said) {
    return said == null
        ? Optional.of(Duration.ZERO)
        : seconds(said.strip()).map(Duration::ofSeconds);
  }

  /** RFC 9111 §1.2.2: too many are very many. */
  private static Optional<Long> seconds(String text) {
    if (text.isEmpty() || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return Optional.empty();
    }
    return Optional.of(
        text.length() > 9 ? LONGEST_SECONDS : Math.min(Long.parseLong(text), LONGEST_SECONDS));
  }
}
