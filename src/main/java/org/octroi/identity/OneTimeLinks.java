package org.octroi.identity;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.octroi.problem.ProblemType;
import org.octroi.problem.RefusedException;
import org.octroi.vocabulary.PersonId;
import org.octroi.vocabulary.UtcTimes;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Links that work once and for a while; only hashes are kept. Safe for use by many threads.
 *
 * @refuses link-spent when a link was used, is past its time, or never was
 */
@Component
class OneTimeLinks {

  private final JdbcClient jdbc;
  private final Clock clock;

  OneTimeLinks(JdbcClient jdbc, Clock clock) {
    this.jdbc = jdbc;
    this.clock = clock;
  }

  /** What a link is for. */
  enum Purpose {
    FIRST_ADMINISTRATOR("first-administrator"),
    CONFIRM_EMAIL("confirm-email"),
    RESET_PASSWORD("reset-password");

    private final String word;

    Purpose(String word) {
      this.word = word;
    }
  }

  /** Makes one; others of its kind for the same person no longer work. */
  OpaqueSecret create(Purpose purpose, Optional<PersonId> person, Duration lifetime) {
    forget(purpose, person);
    OpaqueSecret link = OpaqueSecret.create("");
    jdbc.sql(
            """
            insert into one_time_link (link_sha256, purpose, person_id, expires_at)
            values (:hash, :purpose, :person, :expires)
            """)
        .param("hash", link.hash())
        .param("purpose", purpose.word)
        .param("person", person.map(PersonId::toString).orElse(null))
        .param("expires", UtcTimes.column(clock.instant().plus(lifetime)))
        .update();
    return link;
  }

  /** Ends those of a kind that were not used. */
  void forget(Purpose purpose, Optional<PersonId> person) {
    jdbc.sql(
            """
            delete from one_time_link
            where purpose = :purpose and spent_at is null
              and (person_id = :person or (person_id is null and :person is null))
            """)
        .param("purpose", purpose.word)
        .param("person", person.map(PersonId::toString).orElse(null))
        .update();
  }

  /** Ends all of a person's, whatever they are for. */
  void forgetAll(PersonId person) {
    jdbc.sql("delete from one_time_link where person_id = :person")
        .param("person", person.toString())
        .update();
  }

  /** Whether it would work now; looked at before slow work, so that a wrong link costs nothing. */
  boolean isOpen(Purpose purpose, String link) {
    return jdbc.sql(
                """
                select count(*) from one_time_link
                where link_sha256 = :hash and purpose = :purpose and spent_at is null
                  and expires_at > :now
                """)
            .param("hash", new OpaqueSecret(link).hash())
            .param("purpose", purpose.word)
            .param("now", UtcTimes.column(clock.instant()))
            .query(Long.class)
            .single()
        == 1;
  }

  /** Whether the person has one that was made lately: they need no other yet. */
  boolean madeLately(Purpose purpose, PersonId person, Duration lifetime, Duration lately) {
    Instant madeBefore = clock.instant().minus(lately);
    return jdbc.sql(
                """
                select count(*) from one_time_link
                where person_id = :person and purpose = :purpose and spent_at is null
                  and expires_at > :expires
                """)
            .param("person", person.toString())
            .param("purpose", purpose.word)
            .param("expires", UtcTimes.column(madeBefore.plus(lifetime)))
            .query(Long.class)
            .single()
        > 0;
  }

  /** Uses it; for whom it was made, where it was made for somebody. */
  Optional<PersonId> spend(Purpose purpose, String link) {
    String hash = new OpaqueSecret(link).hash();
    int spent =
        jdbc.sql(
                """
                update one_time_link set spent_at = :now
                where link_sha256 = :hash and purpose = :purpose and spent_at is null
                  and expires_at > :now
                """)
            .param("hash", hash)
            .param("purpose", purpose.word)
            .param("now", UtcTimes.column(clock.instant()))
            .update();
    if (spent != 1) {
      throw RefusedException.of(ProblemType.LINK_SPENT);
    }
    return jdbc.sql("select person_id from one_time_link where link_sha256 = :hash")
        .param("hash", hash)
        .query((row, n) -> Optional.ofNullable(row.getString("person_id")).map(PersonId::of))
        .single();
  }
}
