package org.octroi.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whose password is asked for again, and whose is not because they may have none. */
class SignedInPersonTest {

  private static final Instant AFTER = Instant.parse("2026-11-27T12:00:00Z");

  @ParameterizedTest
  @CsvSource({
    "PASSKEY, 1, true",
    "ISSUER, 1, true",
    "PASSKEY, 0, false",
    "ISSUER, -1, false",
    "PASSWORD, 1, false",
    "PASSWORD_AND_CODE, 1, false"
  })
  void who_came_lately_and_without_a_password_needs_none(
      SignInMeans means, int seconds, boolean without) {
    assertThat(
            new SignedInPerson(UUID.randomUUID(), AFTER.plusSeconds(seconds), means)
                .cameWithoutPassword(AFTER))
        .isEqualTo(without);
  }
}
