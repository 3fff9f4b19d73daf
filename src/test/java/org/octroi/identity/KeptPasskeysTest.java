package org.octroi.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.octroi.problem.RefusedException;
import org.octroi.testing.SetClock;
import org.octroi.testing.TestDatabase.Engine;
import org.octroi.vocabulary.PersonId;
import org.octroi.vocabulary.ReuserKind;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.security.web.webauthn.api.AuthenticatorTransport;
import org.springframework.security.web.webauthn.api.Bytes;
import org.springframework.security.web.webauthn.api.CredentialRecord;
import org.springframework.security.web.webauthn.api.ImmutableCredentialRecord;
import org.springframework.security.web.webauthn.api.ImmutablePublicKeyCose;
import org.springframework.security.web.webauthn.api.ImmutablePublicKeyCredentialUserEntity;
import org.springframework.security.web.webauthn.api.PublicKeyCredentialUserEntity;

/** The tables of passkeys and of the handles of their owners, on both engines. */
class KeptPasskeysTest {

  private static final Instant NOON = Instant.parse("2026-11-27T12:00:00.123456Z");

  private final SetClock clock = new SetClock(NOON);

  /** The tables of one engine, and Ada who has a handle there. */
  private final class Kept {
    final JdbcClient jdbc;
    final PasskeyOwners owners;
    final KeptPasskeys passkeys;
    final PersonId ada;
    final Bytes handle;

    Kept(Engine engine) {
      jdbc = JdbcClient.create(engine.migrated().dataSource());
      owners = new PasskeyOwners(jdbc);
      passkeys = new KeptPasskeys(jdbc, clock);
      ada =
          new People(jdbc, clock)
              .add("ada@example.org", "Ada", ReuserKind.CITIZEN, Language.EN, "-")
              .id();
      owners.ensure(ada);
      handle = owner().getId();
    }

    PublicKeyCredentialUserEntity owner() {
      return Objects.requireNonNull(owners.findByUsername(ada.toString()));
    }

    CredentialRecord made(Bytes id, long count) {
      return ImmutableCredentialRecord.builder()
          .credentialId(id)
          .userEntityUserId(handle)
          .publicKey(new ImmutablePublicKeyCose(new byte[] {1, 2, 3}))
          .attestationObject(new Bytes(new byte[] {4, 5, 6}))
          .signatureCount(count)
          .transports(
              Set.of(
                  AuthenticatorTransport.INTERNAL,
                  AuthenticatorTransport.HYBRID,
                  AuthenticatorTransport.valueOf("<script>")))
          .backupEligible(true)
          .label("My phone")
          .build();
    }

    CredentialRecord found(Bytes id) {
      return Objects.requireNonNull(passkeys.findByCredentialId(id));
    }
  }

  @ParameterizedTest
  @EnumSource
  void a_passkey_is_found_as_it_was_kept(Engine engine) {
    Kept kept = new Kept(engine);
    Bytes longest = new Bytes(new byte[1023]);

    kept.passkeys.save(kept.made(longest, 3));

    CredentialRecord found = kept.found(longest);
    assertThat(found.getCredentialId()).isEqualTo(longest);
    assertThat(found.getUserEntityUserId()).isEqualTo(kept.handle);
    assertThat(found.getPublicKey().getBytes()).containsExactly(1, 2, 3);
    assertThat(Objects.requireNonNull(found.getAttestationObject()).getBytes())
        .containsExactly(4, 5, 6);
    assertThat(found.getSignatureCount()).isEqualTo(3);
    assertThat(found.getTransports())
        .containsExactlyInAnyOrder(AuthenticatorTransport.INTERNAL, AuthenticatorTransport.HYBRID);
    assertThat(found.isBackupEligible()).isTrue();
    assertThat(found.getCreated()).isEqualTo(NOON);
    assertThat(kept.passkeys.findByUserId(kept.handle)).hasSize(1);
    assertThat(kept.passkeys.of(kept.ada))
        .singleElement()
        .satisfies(
            passkey -> {
              assertThat(passkey.name()).isEqualTo("My phone");
              assertThat(passkey.madeAt()).isEqualTo(NOON);
              assertThat(passkey.usedAt()).isEmpty();
            });
  }

  @ParameterizedTest
  @EnumSource
  void ids_that_differ_in_the_case_of_a_letter_are_two_passkeys(Engine engine) {
    Kept kept = new Kept(engine);
    Bytes one = Bytes.fromBase64("abcd");

    kept.passkeys.save(kept.made(one, 0));

    assertThat(kept.passkeys.findByCredentialId(Bytes.fromBase64("ABCD"))).isNull();
    assertThat(kept.passkeys.hold(one)).contains(kept.ada);
  }

  @ParameterizedTest
  @EnumSource
  void a_count_goes_up_or_stays_at_none(Engine engine) {
    Kept kept = new Kept(engine);
    Bytes counting = Bytes.random();
    Bytes silent = Bytes.random();
    kept.passkeys.save(kept.made(counting, 3));
    kept.passkeys.save(kept.made(silent, 0));
    clock.pass(Duration.ofHours(1));

    kept.passkeys.save(kept.made(counting, 4));
    kept.passkeys.save(kept.made(silent, 0));

    assertThat(kept.found(counting).getSignatureCount()).isEqualTo(4);
    assertThat(kept.found(silent).getLastUsed()).isEqualTo(NOON.plus(Duration.ofHours(1)));
    for (long count : new long[] {4, 3, 0}) {
      assertThatThrownBy(() -> kept.passkeys.save(kept.made(counting, count)))
          .isInstanceOfSatisfying(
              RefusedException.class,
              refused -> assertThat(PasskeyObjection.in(refused.refusal())).contains("copied"));
    }
    assertThat(kept.passkeys.of(kept.ada)).hasSize(2);
  }

  @ParameterizedTest
  @EnumSource
  void a_challenge_is_answered_once_and_none_that_is_older(Engine engine) {
    Kept kept = new Kept(engine);
    Bytes id = Bytes.random();
    kept.passkeys.save(kept.made(id, 0));

    assertThat(kept.passkeys.spend(id, NOON)).isTrue();

    assertThat(kept.passkeys.spend(id, NOON)).isFalse();
    assertThat(kept.passkeys.spend(id, NOON.minusMillis(1))).isFalse();
    assertThat(kept.passkeys.spend(id, NOON.plusMillis(1))).isTrue();
    assertThat(kept.passkeys.spend(Bytes.random(), NOON)).isFalse();
  }

  @ParameterizedTest
  @EnumSource
  void a_handle_stays_names_nobody_and_goes_with_the_account(Engine engine) {
    Kept kept = new Kept(engine);
    Bytes id = Bytes.random();
    kept.passkeys.save(kept.made(id, 0));
    PasskeyId passkey = kept.passkeys.of(kept.ada).getFirst().id();

    kept.owners.save(
        ImmutablePublicKeyCredentialUserEntity.builder()
            .id(Bytes.random())
            .name(kept.ada.toString())
            .displayName("other")
            .build());

    assertThat(kept.owner().getId()).isEqualTo(kept.handle);
    assertThat(kept.handle.getBytes()).hasSize(32);
    assertThat(Objects.requireNonNull(kept.owners.findById(kept.handle)).getName())
        .isEqualTo("ada@example.org");
    assertThat(kept.passkeys.remove(PersonId.create(), passkey)).isFalse();
    kept.jdbc.sql("update person set status = 'erased'").update();
    assertThat(kept.owners.findById(kept.handle)).isNull();
    kept.passkeys.forget(kept.ada);
    assertThat(kept.passkeys.findByCredentialId(id)).isNull();
    assertThat(kept.passkeys.findByUserId(kept.handle)).isEmpty();
  }
}
