package org.octroi.identity;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.octroi.identity.web.ProblemAnswers;
import org.octroi.problem.ProblemType;
import org.octroi.problem.RefusedException;
import org.springframework.security.crypto.argon2.Argon2PasswordEncoder;
import org.springframework.stereotype.Component;

/**
 * Passwords as Argon2id hashes (RFC 9106) with the parameters that OWASP names first for it: 19
 * MiB, two passes, one lane. Few are worked on at a time, so that a flood takes neither the memory
 * nor all the processors; new ones apart from tries to sign in, so that a flood of registrations
 * keeps nobody out.
 */
@Component
class Passwords {

  static final int SHORTEST = 12;
  static final int LONGEST = 128;

  private static final int TRIED_AT_ONCE = 4;
  private static final int MADE_AT_ONCE = 2;
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Argon2PasswordEncoder encoder = new Argon2PasswordEncoder(16, 32, 1, 19_456, 2);
  private final Semaphore trying = new Semaphore(TRIED_AT_ONCE);
  private final Semaphore making = new Semaphore(MADE_AT_ONCE);
  private final Guesses guesses = new Guesses();
  private final String nobodys;

  Passwords() {
    this.nobodys = hash("nobody has this password");
  }

  /**
   * What is wrong with a password that somebody chose, in words for its field.
   *
   * @param personal what whoever knows them would try, such as their name and address
   */
  Optional<String> objection(String password, String... personal) {
    if (password.length() < SHORTEST || password.length() > LONGEST) {
      return Optional.of("must be " + SHORTEST + " to " + LONGEST + " characters long");
    }
    return inTurn(making, () -> guesses.wouldFind(password, List.of(personal)))
        ? Optional.of("is easily guessed: choose another, such as four unrelated words")
        : Optional.empty();
  }

  /** The hash to keep. */
  final String hash(String password) {
    return inTurn(making, () -> Objects.requireNonNull(encoder.encode(password)));
  }

  /**
   * Whether the password is the one of the hash. Without a hash, because nobody has that account,
   * it is false after the same work, so that the time does not tell who has an account.
   */
  boolean matches(String password, Optional<String> hash) {
    boolean matches = inTurn(trying, () -> encoder.matches(password, hash.orElse(nobodys)));
    return hash.isPresent() && matches;
  }

  private static <T> T inTurn(Semaphore permits, Supplier<T> work) {
    try {
      if (!permits.tryAcquire(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new RefusedException(ProblemAnswers.retryAfter(ProblemType.TOO_MANY_TRIES, PATIENCE));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Stopped while waiting to work on a password", e);
    }
    try {
      return work.get();
    } finally {
      permits.release();
    }
  }
}
