package org.octroi.authority;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKMatcher;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.proc.SimpleSecurityContext;
import com.zaxxer.hikari.HikariDataSource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.octroi.audit.Trails;
import org.octroi.authority.AuthorityProperties.SigningAlgorithm;
import org.octroi.issuer.KnownIssuers;
import org.octroi.problem.PublicAddresses;
import org.octroi.problem.RefusedException;
import org.octroi.secret.FixedSeal;
import org.octroi.testing.SetClock;
import org.octroi.testing.TestDatabase.Engine;
import org.octroi.token.TrustedKeys;
import org.octroi.vocabulary.Caller;
import org.octroi.vocabulary.PersonId;
import org.octroi.vocabulary.Role;
import org.octroi.vocabulary.SignedIn;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** How signing keys take turns, on a clock that is set. */
class SigningKeysTest {

  private static final Caller OPERATOR =
      new Caller(
          PersonId.create(),
          List.of(new Caller.Grant(Role.OPERATOR, Optional.empty(), Optional.empty())),
          Set.of(),
          SignedIn.PERSONAL_TOKEN);
  private static final Caller SOMEBODY =
      new Caller(PersonId.create(), List.of(), Set.of(), SignedIn.PERSONAL_TOKEN);
  private static final Duration LIFETIME = Duration.ofMinutes(10);
  private static final Duration LEAD = Duration.ofHours(1);
  private static final Duration TURN = Duration.ofDays(90);

  private final SetClock clock = new SetClock(Instant.parse("2026-11-27T09:00:00Z"));
  private final List<HikariDataSource> pools = new ArrayList<>();

  /** What a gate was told to trust. */
  private static final class Told implements TrustedKeys {
    private List<String> ids = List.of();
    private Trusted last = new Trusted(Map.of(), "");

    @Override
    public Trusted trusted() {
      return last;
    }

    @Override
    public Set<String> issuersOfUnknownKeys() {
      return Set.of();
    }

    @Override
    public void replace(Map<String, List<String>> jwksByIssuer, String audience) {
      last = new Trusted(jwksByIssuer, audience);
      ids =
          jwksByIssuer.getOrDefault("https://desk.example", List.of()).stream()
              .map(json -> id(json))
              .toList();
      jwksByIssuer.values().forEach(keys -> assertThat(keys).noneMatch(k -> k.contains("\"d\"")));
    }

    private static String id(String json) {
      try {
        return JWK.parse(json).getKeyID();
      } catch (java.text.ParseException e) {
        throw new IllegalArgumentException(e);
      }
    }
  }

  /** A desk's part in it. */
  private record Desk(SigningKeys keys, RotateSigningKeys rotate, Told told) {}

  @AfterEach
  void close() {
    pools.forEach(HikariDataSource::close);
  }

  private HikariDataSource database(Engine engine) {
    HikariDataSource pool = engine.migrated().pool();
    pools.add(pool);
    return pool;
  }

  private Desk desk(HikariDataSource database, SigningAlgorithm algorithm) {
    AuthorityProperties properties =
        new AuthorityProperties(LIFETIME, LIFETIME, algorithm, TURN, LEAD);
    Told told = new Told();
    SigningKeys keys =
        new SigningKeys(
            JdbcClient.create(database),
            FixedSeal.of(7),
            clock,
            told,
            new PublicAddresses(
                new PublicAddresses.Desk("https://desk.example"),
                new PublicAddresses.Gate("https://gate.example")),
            properties,
            KnownIssuers.in(database));
    return new Desk(
        keys,
        new RotateSigningKeys(
            keys,
            properties,
            Trails.in(database, clock),
            clock,
            new TransactionTemplate(new JdbcTransactionManager(database))),
        told);
  }

  private Desk desk(HikariDataSource database) {
    return desk(database, SigningAlgorithm.RS256);
  }

  private static List<String> shown(Desk desk) {
    return desk
        .keys()
        .get(new JWKSelector(new JWKMatcher.Builder().build()), new SimpleSecurityContext())
        .stream()
        .map(JWK::getKeyID)
        .toList();
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void the_first_start_makes_a_key_and_the_second_finds_it(Engine engine) {
    HikariDataSource database = database(engine);
    Desk first = desk(database);

    Desk second = desk(database);

    assertThat(second.keys().signing()).isEqualTo(first.keys().signing());
    assertThat(second.told().ids).containsExactly(first.keys().signing().id());
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void a_new_key_is_shown_before_it_signs_and_the_old_one_is_trusted_as_long_as_its_tokens_live(
      Engine engine) {
    HikariDataSource database = database(engine);
    Desk desk = desk(database);
    Desk other = desk(database);
    String old = desk.keys().signing().id();

    String next = desk.rotate().handle(Optional.empty(), false, OPERATOR).id();
    other.keys().lookAgain();

    for (Desk each : List.of(desk, other)) {
      assertThat(each.keys().signing().id()).isEqualTo(old);
      assertThat(shown(each)).containsExactly(next, old);
      assertThat(each.told().ids).containsExactly(next, old);
    }
    clock.pass(LEAD);
    other.keys().lookAgain();
    assertThat(other.keys().signing().id()).isEqualTo(next);
    assertThat(other.told().ids).containsExactly(next, old);
    clock.pass(LIFETIME);
    other.keys().lookAgain();
    assertThat(other.told().ids)
        .as("the clocks of desk and gate may be apart")
        .containsExactly(next, old);
    clock.pass(Duration.ofMinutes(1));
    other.keys().lookAgain();
    assertThat(other.told().ids).containsExactly(next);
    assertThat(shown(other)).as("documents are checked for years").containsExactly(next, old);
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void keys_that_leaked_are_good_for_nothing_from_then_on(Engine engine) {
    HikariDataSource database = database(engine);
    Desk desk = desk(database);
    Desk other = desk(database);
    desk.rotate().handle(Optional.empty(), false, OPERATOR);

    String next = desk.rotate().handle(Optional.empty(), true, OPERATOR).id();
    other.keys().lookAgain();

    for (Desk each : List.of(desk, other)) {
      assertThat(each.keys().signing().id()).isEqualTo(next);
      assertThat(shown(each)).containsExactly(next);
      assertThat(each.told().ids).containsExactly(next);
    }
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void a_key_that_has_signed_for_its_time_gets_a_successor_by_itself_and_only_one(Engine engine) {
    HikariDataSource database = database(engine);
    Desk desk = desk(database);
    Desk other = desk(database);
    clock.pass(TURN.minusSeconds(1));
    desk.rotate().rotateInTime();
    assertThat(desk.keys().all()).hasSize(1);

    clock.pass(Duration.ofSeconds(1));
    desk.rotate().rotateInTime();
    other.rotate().rotateInTime();
    desk.rotate().rotateInTime();

    assertThat(desk.keys().all()).hasSize(2);
    assertThat(other.keys().all()).isEqualTo(desk.keys().all());
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void the_next_key_may_sign_by_another_algorithm(Engine engine) {
    HikariDataSource database = database(engine);
    desk(database);
    Desk desk = desk(database, SigningAlgorithm.ES256);

    desk.rotate().handle(Optional.of(Duration.ofSeconds(10)), false, OPERATOR);
    clock.pass(Duration.ofSeconds(10));

    assertThat(desk.keys().signing().jwk().getAlgorithm().getName()).isEqualTo("ES256");
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void only_operators_rotate_and_one_key_waits_at_a_time(Engine engine) {
    Desk desk = desk(database(engine));

    assertThatThrownBy(() -> desk.rotate().handle(Optional.empty(), true, SOMEBODY))
        .isInstanceOf(RefusedException.class);
    desk.rotate().handle(Optional.empty(), false, OPERATOR);
    assertThatThrownBy(() -> desk.rotate().handle(Optional.empty(), false, OPERATOR))
        .isInstanceOf(RefusedException.class);
    assertThat(desk.keys().all()).hasSize(2);
  }
}
