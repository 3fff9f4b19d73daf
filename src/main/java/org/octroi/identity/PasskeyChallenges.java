package org.octroi.identity;

import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;
import org.octroi.problem.PublicAddresses;
import org.octroi.secret.Seal;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseCookie;
import org.springframework.security.web.webauthn.api.Bytes;
import org.springframework.stereotype.Component;

/**
 * What a browser was asked to sign with a passkey, sealed in a cookie of its own: a session for it
 * would be a row for each passer-by who presses the button. That it is answered once is seen to by
 * {@link KeptPasskeys#spend}. Safe for use by many threads.
 */
@Component
class PasskeyChallenges {

  static final Duration PATIENCE = Duration.ofMinutes(5);

  private static final String SEALED_FOR = "passkey-challenge";

  private final Seal seal;
  private final Clock clock;
  private final String cookie;
  private final boolean secure;

  PasskeyChallenges(Seal seal, Clock clock, PublicAddresses addresses) {
    this.seal = seal;
    this.clock = clock;
    this.cookie = CookieNames.of(addresses, "octroi-passkey");
    this.secure = CookieNames.secure(addresses);
  }

  /**
   * A challenge and when it was made.
   *
   * @param challenge the bytes
   * @param madeAt to the microsecond
   */
  record Asked(Bytes challenge, Instant madeAt) {}

  /** Gives the browser a challenge to keep, in the place of the one before. */
  void give(HttpServletResponse response, Bytes challenge) {
    Instant now = clock.instant();
    long micros =
        Math.addExact(Math.multiplyExact(now.getEpochSecond(), 1_000_000L), now.getNano() / 1000L);
    write(response, seal.seal(SEALED_FOR, micros + "." + challenge.toBase64UrlString()), PATIENCE);
  }

  /** The challenge that a browser brings back, if it is not too old; the browser's is let go of. */
  Optional<Asked> take(HttpServletRequest request, HttpServletResponse response) {
    Cookie[] cookies = request.getCookies();
    if (cookies == null) {
      return Optional.empty();
    }
    Optional<Asked> asked =
        Stream.of(cookies)
            .filter(one -> one.getName().equals(cookie))
            .findFirst()
            .flatMap(one -> open(one.getValue()))
            .filter(one -> clock.instant().isBefore(one.madeAt().plus(PATIENCE)));
    write(response, "", Duration.ZERO);
    return asked;
  }

  private Optional<Asked> open(String sealed) {
    try {
      String[] parts = seal.openText(SEALED_FOR, sealed).split("\\.", 2);
      long micros = Long.parseLong(parts[0]);
      return Optional.of(
          new Asked(
              Bytes.fromBase64(parts[1]),
              Instant.ofEpochSecond(
                  Math.floorDiv(micros, 1_000_000L), Math.floorMod(micros, 1_000_000L) * 1000L)));
    } catch (Seal.BrokenSealException e) {
      return Optional.empty();
    }
  }

  private void write(HttpServletResponse response, String value, Duration age) {
    response.addHeader(
        HttpHeaders.SET_COOKIE,
        ResponseCookie.from(cookie, value)
            .path("/")
            .httpOnly(true)
            .secure(secure)
            .sameSite("Strict")
            .maxAge(age)
            .build()
            .toString());
  }
}
