package org.octroi.identity;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.octroi.identity.web.ProblemAnswers;
import org.octroi.problem.ProblemType;
import org.octroi.problem.RefusedException;
import org.octroi.vocabulary.PersonId;
import org.springframework.stereotype.Component;

/**
 * Slows down guessing. After a few failures the next try has to wait, each time twice as long, up
 * to a quarter of an hour; an hour without a failure forgets them. Counted for the account from one
 * address and, with more patience, for the address with any account; never for the account alone,
 * because then any stranger could keep its owner out for good. Accounts opened from one address are
 * counted too, whether or not they come to be, and the addresses that somebody asks into an
 * organisation.
 *
 * <p>The table is bounded and in memory: a restart forgets, and each desk counts for itself.
 */
@Component
class Brake {

  private static final int MOST_REMEMBERED = 50_000;
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(15);

  private final Clock clock;
  private final int accountsPerAddress;
  private final Cache<String, Failures> failures =
      Caffeine.newBuilder()
          .maximumSize(MOST_REMEMBERED)
          .expireAfterWrite(Duration.ofHours(1))
          .build();

  Brake(Clock clock, IdentityProperties settings) {
    this.clock = clock;
    this.accountsPerAddress = settings.accountsPerAddress();
  }

  /**
   * Goes on unless this account or address has to wait.
   *
   * @refuses too-many-tries when it has to
   */
  void check(String email, String address) {
    counts(email, address).forEach(this::check);
  }

  /**
   * Counts an account to be opened from this address.
   *
   * @refuses too-many-tries when the address has to wait
   */
  void registering(String address) {
    Count count = new Count("registration " + address, accountsPerAddress);
    check(count);
    add(count);
  }

  /**
   * Counts a new password that is asked for from this address.
   *
   * @refuses too-many-tries when the address has to wait
   */
  void resetting(String address) {
    Count count = new Count("reset " + address, 20);
    check(count);
    add(count);
  }

  /**
   * Counts an address that a person asks into an organisation.
   *
   * @refuses too-many-tries when they have to wait
   */
  void inviting(PersonId person) {
    Count count = new Count("invitation " + person, 50);
    check(count);
    add(count);
  }

  private void check(Count count) {
    Instant now = clock.instant();
    Failures so = failures.getIfPresent(count.key());
    if (so != null && now.isBefore(so.until())) {
      throw new RefusedException(
          ProblemAnswers.retryAfter(
              ProblemType.TOO_MANY_TRIES, Duration.between(now, so.until()).plusSeconds(1)));
    }
  }

  /**
   * Goes on unless this person's codes have to wait. Counted for the account alone, wherever the
   * tries come from: whoever tries knows the password, and six digits are soon tried out.
   *
   * @refuses too-many-tries when they have to
   */
  void checkCode(PersonId person) {
    check(codes(person));
  }

  /** Counts a wrong code. */
  void failedCode(PersonId person) {
    add(codes(person));
  }

  /** Forgets the wrong codes. */
  void succeededCode(PersonId person) {
    failures.invalidate(codes(person).key());
  }

  private static Count codes(PersonId person) {
    return new Count("code " + person, 5);
  }

  /** Counts a failure. */
  void failed(String email, String address) {
    counts(email, address).forEach(this::add);
  }

  private void add(Count count) {
    Instant now = clock.instant();
    failures
        .asMap()
        .compute(
            count.key(),
            (key, before) -> {
              int failed = before == null ? 1 : before.count() + 1;
              return new Failures(failed, now.plus(wait(failed - count.free())));
            });
  }

  /** Forgets the failures of the account from this address. */
  void succeeded(String email, String address) {
    failures.invalidate(counts(email, address).getFirst().key());
  }

  private static Duration wait(int tooMany) {
    if (tooMany < 0) {
      return Duration.ZERO;
    }
    Duration doubled = Duration.ofSeconds(1L << Math.min(tooMany, 12));
    return doubled.compareTo(LONGEST_WAIT) < 0 ? doubled : LONGEST_WAIT;
  }

  private static List<Count> counts(String email, String address) {
    return List.of(
        new Count("both " + address + " " + email, 5), new Count("address " + address, 50));
  }

  private record Count(String key, int free) {}

  private record Failures(int count, Instant until) {}
}
