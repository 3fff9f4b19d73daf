package org.octroi.identity;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.octroi.problem.ProblemType;
import org.octroi.problem.RefusedException;
import org.octroi.vocabulary.PersonId;
import org.octroi.vocabulary.ReuserKind;
import org.octroi.vocabulary.UtcTimes;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The people of this instance. Safe for use by many threads. */
@Component
public class People {

  private static final String SELECT =
      "select id, email, display_name, reuser_kind, email_confirmed_at, created_at from person ";

  private final JdbcClient jdbc;
  private final Clock clock;

  People(JdbcClient jdbc, Clock clock) {
    this.jdbc = jdbc;
    this.clock = clock;
  }

  /** The person with this id. */
  public Optional<Person> find(PersonId id) {
    return jdbc.sql(SELECT + "where id = :id")
        .param("id", id.toString())
        .query(People::read)
        .optional();
  }

  /** The person with this id, while their account stands. */
  public Optional<Person> findActive(PersonId id) {
    return jdbc.sql(SELECT + "where id = :id and status = 'active'")
        .param("id", id.toString())
        .query(People::read)
        .optional();
  }

  /** The person with this address, however it is written. */
  Optional<Person> findByEmail(String email) {
    return jdbc.sql(SELECT + "where email = :email")
        .param("email", folded(email))
        .query(People::read)
        .optional();
  }

  /** The hash of the password of the person with this address. */
  Optional<String> passwordHash(String email) {
    return jdbc.sql("select password_hash from person where email = :email and status = 'active'")
        .param("email", folded(email))
        .query(String.class)
        .optional();
  }

  /**
   * Adds a person.
   *
   * @refuses email-taken when somebody has this address
   */
  Person add(
      String email, String displayName, ReuserKind kind, Language language, String passwordHash) {
    Person person = new Person(PersonId.create(), folded(email), displayName.strip(), kind, false);
    try {
      jdbc.sql(
              """
              insert into person
                (id, email, display_name, password_hash, reuser_kind, language, status, created_at)
              values (:id, :email, :name, :hash, :kind, :language, 'active', :now)
              """)
          .param("id", person.id().toString())
          .param("email", person.email())
          .param("name", person.displayName())
          .param("hash", passwordHash)
          .param("kind", kind.word())
          .param("language", language.word())
          .param("now", UtcTimes.column(clock.instant()))
          .update();
    } catch (DuplicateKeyException e) {
      throw RefusedException.of(ProblemType.EMAIL_TAKEN);
    }
    return person;
  }

  /** Somebody who waits for their address to be confirmed, and since when. */
  record Waiting(Person person, Instant since) {}

  /** Whose address is not confirmed, by id, so the oldest account first. */
  List<Waiting> unconfirmed(String after, int limit) {
    return jdbc.sql(
            SELECT
                + """
                where email_confirmed_at is null and status = 'active' and id > :after
                order by id
                limit :limit
                """)
        .param("after", after)
        .param("limit", limit)
        .query(
            (row, n) -> new Waiting(read(row, n), UtcTimes.read(row, "created_at").orElseThrow()))
        .list();
  }

  /** Whether it was not confirmed before. */
  boolean confirmEmail(PersonId id) {
    return jdbc.sql(
                """
                update person set email_confirmed_at = :now
                where id = :id and email_confirmed_at is null
                """)
            .param("now", UtcTimes.column(clock.instant()))
            .param("id", id.toString())
            .update()
        == 1;
  }

  /** Keeps the hash of another password. */
  void setPassword(PersonId id, String hash) {
    jdbc.sql("update person set password_hash = :hash where id = :id")
        .param("hash", hash)
        .param("id", id.toString())
        .update();
  }

  /** What was signed in with before now has ended. */
  void signedOut(PersonId id) {
    jdbc.sql("update person set signed_out_at = :now where id = :id")
        .param("now", UtcTimes.column(clock.instant()))
        .param("id", id.toString())
        .update();
  }

  /** The person, if their account stands and they were not signed out since this moment. */
  Optional<Person> findSignedIn(PersonId id, Instant since) {
    return jdbc.sql(
            SELECT
                + """
                where id = :id and status = 'active'
                  and (signed_out_at is null or signed_out_at <= :since)
                """)
        .param("id", id.toString())
        .param("since", UtcTimes.column(since))
        .query(People::read)
        .optional();
  }

  /**
   * Whether this is still the hash of the person's password; holds their row, so that nobody
   * changes it until the transaction ends.
   */
  boolean holdPassword(PersonId id, String hash) {
    return jdbc.sql(
            """
            select password_hash from person where id = :id and status = 'active' for update
            """)
        .param("id", id.toString())
        .query(String.class)
        .optional()
        .filter(hash::equals)
        .isPresent();
  }

  /** How a person wants to be told things. */
  NotificationSettings settings(PersonId id) {
    return jdbc.sql("select language, mailed, settings_version from person where id = :id")
        .param("id", id.toString())
        .query(
            (row, n) ->
                new NotificationSettings(
                    Language.of(row.getString("language")),
                    row.getBoolean("mailed"),
                    row.getLong("settings_version")))
        .single();
  }

  static String folded(String email) {
    return email.strip().toLowerCase(Locale.ROOT);
  }

  private static Person read(ResultSet row, int number) throws SQLException {
    return new Person(
        PersonId.of(row.getString("id")),
        row.getString("email"),
        row.getString("display_name"),
        ReuserKind.of(row.getString("reuser_kind")),
        row.getObject("email_confirmed_at") != null);
  }
}
