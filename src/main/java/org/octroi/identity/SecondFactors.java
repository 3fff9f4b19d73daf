package org.octroi.identity;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLEncoder;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.octroi.audit.AuditTrail;
import org.octroi.problem.ProblemType;
import org.octroi.problem.PublicAddresses;
import org.octroi.problem.Refusal;
import org.octroi.problem.RefusedException;
import org.octroi.secret.Seal;
import org.octroi.vocabulary.Actor;
import org.octroi.vocabulary.Caller;
import org.octroi.vocabulary.PersonId;
import org.octroi.vocabulary.Sha256;
import org.octroi.vocabulary.UtcTimes;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * A code of a device beside the password. It is on once a code has proved that the device has the
 * seed; then ten codes are shown, each good once, for who loses the device. A code of the device is
 * good for its half minute and one either way (RFC 6238 §5.2), and once. Safe for use by many
 * threads.
 *
 * @refuses wrong-credentials when a code is wrong or was used
 * @refuses too-many-tries when there were too many wrong ones
 * @refuses invalid-field when the code that is to prove the device is wrong
 * @refuses conflict when it is on already, or not begun, or not on
 * @refuses forbidden when somebody who is no operator turns it off for another
 * @refuses not-found when nobody has the id that it is turned off for
 */
@Component
public class SecondFactors {

  private static final int SEED_BYTES = 20;
  private static final int RECOVERY_CODES = 10;
  private static final int RECOVERY_BYTES = 10;
  private static final long DRIFT_STEPS = 1;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final JdbcClient jdbc;
  private final Clock clock;
  private final Seal seal;
  private final People people;
  private final Brake brake;
  private final PersonalLetters letters;
  private final PublicAddresses addresses;
  private final AuditTrail trail;

  SecondFactors(
      JdbcClient jdbc,
      Clock clock,
      Seal seal,
      People people,
      Brake brake,
      PersonalLetters letters,
      PublicAddresses addresses,
      AuditTrail trail) {
    this.jdbc = jdbc;
    this.clock = clock;
    this.seal = seal;
    this.people = people;
    this.brake = brake;
    this.letters = letters;
    this.addresses = addresses;
    this.trail = trail;
  }

  /**
   * What a device is to be told.
   *
   * @param text the seed as letters and digits, to be typed
   * @param address the same, to be read by the device's camera
   */
  public record Seed(String text, String address) {

    /** Without the secret. */
    @Override
    public String toString() {
      return "Seed[…]";
    }
  }

  private record Kept(byte[] seed, boolean on, long lastStep) {}

  /** Whether a code is asked for when this person signs in. */
  public boolean isOn(PersonId person) {
    return find(person, "").filter(Kept::on).isPresent();
  }

  /** Makes a seed for a device, which is asked for nowhere until a code has proved it. */
  @Transactional
  public void begin(PersonId person) {
    if (isOn(person)) {
      throw RefusedException.of(ProblemType.CONFLICT, "a second factor is on already");
    }
    forget(person);
    byte[] seed = new byte[SEED_BYTES];
    RANDOM.nextBytes(seed);
    jdbc.sql(
            """
            insert into second_factor (person_id, sealed_seed, created_at, last_step)
            values (:person, :seed, :now, -1)
            """)
        .param("person", person.toString())
        .param("seed", seal.seal(sealedFor(person), seed))
        .param("now", UtcTimes.column(clock.instant()))
        .update();
  }

  /** The seed, while no code has proved it. */
  public Optional<Seed> seed(PersonId person) {
    return find(person, "")
        .filter(kept -> !kept.on())
        .map(
            kept -> {
              String text = Base32.of(kept.seed());
              String who = people.find(person).orElseThrow().email();
              String host = addresses.desk().publicUrl().replaceFirst("^https?://", "");
              return new Seed(
                  text,
                  "otpauth://totp/"
                      + encoded("Octroi " + host + ":" + who)
                      + "?secret="
                      + text
                      + "&issuer="
                      + encoded("Octroi " + host));
            });
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, UTF_8).replace("+", "%20");
  }

  /**
   * Turns it on, by a code that proves the device.
   *
   * @return the codes for who loses the device, to be shown once
   */
  @Transactional
  public List<String> prove(PersonId person, String code) {
    Kept kept =
        find(person, "for update")
            .filter(found -> !found.on())
            .orElseThrow(
                () -> RefusedException.of(ProblemType.CONFLICT, "no second factor was begun"));
    if (!spendTimeCode(person, kept, digits(code))) {
      throw new RefusedException(Refusal.field("/code", "is not the code of this moment"));
    }
    jdbc.sql("update second_factor set confirmed_at = :now where person_id = :person")
        .param("now", UtcTimes.column(clock.instant()))
        .param("person", person.toString())
        .update();
    List<String> codes = new ArrayList<>();
    for (int n = 0; n < RECOVERY_CODES; n++) {
      byte[] bits = new byte[RECOVERY_BYTES];
      RANDOM.nextBytes(bits);
      String text = Base32.of(bits);
      jdbc.sql("insert into recovery_code (person_id, code_sha256) values (:person, :hash)")
          .param("person", person.toString())
          .param("hash", Sha256.hex(text))
          .update();
      codes.add(text.replaceAll("(.{4})(?!$)", "$1-").toLowerCase(Locale.ROOT));
    }
    record(new Actor.Person(person), "person.second-factor-on", person);
    letters.send(people.find(person).orElseThrow(), "second-factor-on", changePassword());
    return codes;
  }

  /**
   * Goes on when the code is one of the device, or one for who lost it, and has not been used.
   *
   * @param code as it was typed
   */
  @Transactional
  public void check(PersonId person, String code) {
    brake.checkCode(person);
    Kept kept = find(person, "for update").filter(Kept::on).orElseThrow();
    String typed = code.replaceAll("[\\s-]", "");
    boolean right =
        typed.length() == TimeCode.DIGITS
            ? spendTimeCode(person, kept, typed)
            : spendRecoveryCode(person, typed);
    if (!right) {
      brake.failedCode(person);
      throw RefusedException.of(ProblemType.WRONG_CREDENTIALS);
    }
    brake.succeededCode(person);
  }

  /** Turns it off, for somebody who has just shown their password. */
  @Transactional
  public void turnOff(PersonId person) {
    if (!isOn(person)) {
      throw RefusedException.of(ProblemType.CONFLICT, "no second factor is on");
    }
    forget(person);
    record(new Actor.Person(person), "person.second-factor-off", person);
    letters.send(people.find(person).orElseThrow(), "second-factor-off", changePassword());
  }

  /** An operator turns it off for somebody who lost the device and the codes. */
  @Transactional
  void turnOffFor(PersonId person, Caller by) {
    if (!by.isOperator()) {
      throw RefusedException.of(ProblemType.FORBIDDEN, "to turn off a second factor");
    }
    Person whose =
        people
            .findActive(person)
            .orElseThrow(() -> RefusedException.of(ProblemType.NOT_FOUND, person.toString()));
    if (!isOn(person)) {
      throw RefusedException.of(ProblemType.CONFLICT, "no second factor is on");
    }
    forget(person);
    record(by.actor(), "person.second-factor-off", person);
    letters.send(whose, "second-factor-off", changePassword());
  }

  /** All that is kept of it; in the caller's transaction. */
  void forget(PersonId person) {
    for (String table : List.of("recovery_code", "second_factor")) {
      jdbc.sql("delete from " + table + " where person_id = :person")
          .param("person", person.toString())
          .update();
    }
  }

  private String changePassword() {
    return addresses.atDesk("/my/security");
  }

  private void record(Actor by, String act, PersonId person) {
    trail.record(by, act, Optional.empty(), "person", person.toString(), Map.of());
  }

  private static String digits(String code) {
    return code.replaceAll("\\s", "");
  }

  private boolean spendTimeCode(PersonId person, Kept kept, String code) {
    TimeCode codes = new TimeCode(kept.seed());
    long now = TimeCode.step(clock.instant());
    for (long step = now - DRIFT_STEPS; step <= now + DRIFT_STEPS; step++) {
      if (step > kept.lastStep() && codes.at(step).equals(code)) {
        return jdbc.sql(
                    """
                    update second_factor set last_step = :step
                    where person_id = :person and last_step < :step
                    """)
                .param("step", step)
                .param("person", person.toString())
                .update()
            == 1;
      }
    }
    return false;
  }

  private boolean spendRecoveryCode(PersonId person, String code) {
    Instant now = clock.instant();
    return jdbc.sql(
                """
                update recovery_code set used_at = :now
                where person_id = :person and code_sha256 = :hash and used_at is null
                """)
            .param("now", UtcTimes.column(now))
            .param("person", person.toString())
            .param("hash", Sha256.hex(code.toUpperCase(Locale.ROOT)))
            .update()
        == 1;
  }

  private Optional<Kept> find(PersonId person, String lock) {
    return jdbc.sql(
            """
            select sealed_seed, confirmed_at, last_step from second_factor
            where person_id = :person
            """
                + lock)
        .param("person", person.toString())
        .query(
            (row, n) ->
                new Kept(
                    seal.open(sealedFor(person), row.getString("sealed_seed")),
                    row.getObject("confirmed_at") != null,
                    row.getLong("last_step")))
        .optional();
  }

  private static String sealedFor(PersonId person) {
    return "totp-seed-" + person;
  }
}
