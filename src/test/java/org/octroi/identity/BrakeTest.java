package org.octroi.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.octroi.problem.RefusedException;
import org.octroi.vocabulary.ReuserKind;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class BrakeTest {

  private final Brake brake =
      new Brake(
          Clock.fixed(Instant.parse("2026-01-01T00:00:00Z"), ZoneOffset.UTC),
          new Binder(new MapConfigurationPropertySource(Map.of()))
              .bindOrCreate("octroi.identity", IdentityProperties.class));

  @Test
  void the_sixth_failure_of_an_account_from_one_address_has_to_wait() {
    failures(6, "a@example.org", "192.0.2.1");

    assertThatThrownBy(() -> brake.check("a@example.org", "192.0.2.1"))
        .isInstanceOf(RefusedException.class);
  }

  @Test
  void strangers_from_anywhere_can_not_keep_the_owner_out() {
    for (int i = 0; i < 250; i++) {
      failures(6, "a@example.org", "192.0.2." + i);
    }

    assertThatCode(() -> brake.check("a@example.org", "198.51.100.1")).doesNotThrowAnyException();
  }

  @Test
  void an_address_that_opens_account_after_account_has_to_wait() {
    for (int i = 0; i < 100; i++) {
      brake.registering("192.0.2.1");
    }

    assertThatThrownBy(
            () -> {
              brake.registering("192.0.2.1");
              brake.registering("192.0.2.1");
            })
        .isInstanceOf(RefusedException.class);
    assertThatCode(() -> brake.registering("192.0.2.2")).doesNotThrowAnyException();
  }

  @Test
  void a_registration_prints_neither_password_nor_address() {
    assertThat(
            new RegisterPerson.Registration(
                    "a@example.org", "A", "secret", ReuserKind.CITIZEN, Language.EN)
                + ""
                + new PeopleApi.Registration("a@example.org", "A", "secret", "citizen")
                + new PeopleApi.FirstRegistration("secret", "a@example.org", "A", "secret")
                + new PeopleApi.Credentials("a@example.org", "secret", null)
                + new PeopleApi.TokenView("secret", Instant.EPOCH))
        .doesNotContain("secret", "a@example.org");
  }

  private void failures(int count, String email, String address) {
    for (int i = 0; i < count; i++) {
      brake.failed(email, address);
    }
  }
}
