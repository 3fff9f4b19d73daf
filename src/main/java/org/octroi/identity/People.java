package org.octroi.identity;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
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

  private final JdbcClient jdbc;
  private final Clock clock;

  People(JdbcClient jdbc, Clock clock) {
    this.jdbc = jdbc;
    this.clock = clock;
  }

  /** The person with this id. */
  public Optional<Person> find(PersonId id) {
    return jdbc.sql("select id, email, display_name, reuser_kind from person where id = :id")
        .param("id", id.toString())
        .query(People::read)
        .optional();
  }

  /** The person with this id, while their account stands. */
  Optional<Person> findActive(PersonId id) {
    return jdbc.sql(
            """
            select id, email, display_name, reuser_kind from person
            where id = :id and status = 'active'
            """)
        .param("id", id.toString())
        .query(People::read)
        .optional();
  }

  /** The person with this address, however it is written. */
  Optional<Person> findByEmail(String email) {
    return jdbc.sql("select id, email, display_name, reuser_kind from person where email = :email")
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
    Person person = new Person(PersonId.create(), folded(email), displayName.strip(), kind);
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
        ReuserKind.of(row.getString("reuser_kind")));
  }
}
