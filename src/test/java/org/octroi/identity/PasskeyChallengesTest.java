package org.octroi.identity;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.http.Cookie;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.octroi.identity.PasskeyChallenges.Asked;
import org.octroi.problem.PublicAddresses;
import org.octroi.secret.FixedSeal;
import org.octroi.testing.SetClock;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.security.web.webauthn.api.Bytes;

/** What a browser keeps of what it was asked to sign. */
class PasskeyChallengesTest {

  private static final Instant NOON = Instant.parse("2026-11-27T12:00:00.123456Z");

  private final SetClock clock = new SetClock(NOON);
  private final PasskeyChallenges challenges = at("https://data.example.org", 7);
  private final Bytes challenge = Bytes.random();

  @Test
  void a_browser_brings_back_what_it_was_asked_and_when() {
    Cookie cookie = given();

    clock.pass(Duration.ofMinutes(4));

    assertThat(taken(challenges, cookie)).contains(new Asked(challenge, NOON));
    assertThat(cookie.getValue()).doesNotContain(challenge.toBase64UrlString());
  }

  @Test
  void after_five_minutes_it_is_too_late() {
    Cookie cookie = given();

    clock.pass(Duration.ofMinutes(5));

    assertThat(taken(challenges, cookie)).isEmpty();
  }

  @Test
  void what_another_desk_s_key_file_sealed_or_somebody_altered_is_nothing() {
    Cookie cookie = given();
    Cookie altered = new Cookie(cookie.getName(), cookie.getValue() + "A");

    assertThat(taken(at("https://data.example.org", 8), cookie)).isEmpty();
    assertThat(taken(challenges, altered)).isEmpty();
    assertThat(taken(challenges, new Cookie(cookie.getName(), ""))).isEmpty();
    assertThat(taken(challenges, new Cookie("other", "x"))).isEmpty();
  }

  @Test
  void a_browser_that_brought_it_back_is_told_to_let_go_of_it() {
    MockHttpServletRequest request = new MockHttpServletRequest();
    request.setCookies(given());
    MockHttpServletResponse response = new MockHttpServletResponse();

    challenges.take(request, response);

    assertThat(Objects.requireNonNull(response.getCookie("__Host-octroi-passkey")).getMaxAge())
        .isZero();
  }

  private Cookie given() {
    MockHttpServletResponse response = new MockHttpServletResponse();
    challenges.give(response, challenge);
    return Objects.requireNonNull(response.getCookie("__Host-octroi-passkey"));
  }

  private static Optional<Asked> taken(PasskeyChallenges challenges, Cookie cookie) {
    MockHttpServletRequest request = new MockHttpServletRequest();
    request.setCookies(cookie);
    return challenges.take(request, new MockHttpServletResponse());
  }

  private PasskeyChallenges at(String desk, int key) {
    return new PasskeyChallenges(
        FixedSeal.of(key),
        clock,
        new PublicAddresses(
            new PublicAddresses.Desk(desk), new PublicAddresses.Gate("http://localhost:8081")));
  }
}
