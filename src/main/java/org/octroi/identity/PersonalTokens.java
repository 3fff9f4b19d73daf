package org.octroi.identity;

import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;
import org.octroi.vocabulary.Id;
import org.octroi.vocabulary.PersonId;
import org.octroi.vocabulary.UtcTimes;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The tokens by which a person's programs call the desk. Safe for use by many threads. */
@Component
class PersonalTokens {

  static final String PREFIX = "octp_";

  private final JdbcClient jdbc;
  private final Clock clock;
  private final IdentityProperties properties;

  PersonalTokens(JdbcClient jdbc, Clock clock, IdentityProperties properties) {
    this.jdbc = jdbc;
    this.clock = clock;
    this.properties = properties;
  }

  /**
   * A token at the moment it is made, the only one at which it is known.
   *
   * @param secret to show once
   * @param expires when it ends
   */
  record Issued(OpaqueSecret secret, Instant expires) {}

  /** What is to be thought of a token that somebody sent. */
  sealed interface Verdict {
    record Of(PersonId person) implements Verdict {}

    record Expired() implements Verdict {}

    record Unknown() implements Verdict {}
  }

  /** Makes one. */
  Issued issue(PersonId person) {
    OpaqueSecret secret = OpaqueSecret.create(PREFIX);
    Instant now = clock.instant();
    Instant expires = now.plus(properties.tokenLifetime());
    jdbc.sql(
            """
            insert into personal_token (id, person_id, token_sha256, created_at, expires_at)
            values (:id, :person, :hash, :now, :expires)
            """)
        .param("id", Id.next().toString())
        .param("person", person.toString())
        .param("hash", secret.hash())
        .param("now", UtcTimes.column(now))
        .param("expires", UtcTimes.column(expires))
        .update();
    return new Issued(secret, expires);
  }

  /** Whose it is; remembers the day on which it was last used. */
  Verdict verify(String token) {
    if (!token.startsWith(PREFIX) || token.length() > 100) {
      return new Verdict.Unknown();
    }
    String hash = new OpaqueSecret(token).hash();
    // Looked up by a hash of 256 random bits: how long the lookup takes tells nothing of the token.
    Row row =
        jdbc.sql(
                """
                select t.person_id, t.expires_at, t.last_used_on
                from personal_token t join person p on p.id = t.person_id
                where t.token_sha256 = :hash and p.status = 'active'
                """)
            .param("hash", hash)
            .query(
                (r, n) ->
                    new Row(
                        PersonId.of(r.getString("person_id")),
                        UtcTimes.instant(r.getObject("expires_at", LocalDateTime.class)),
                        r.getObject("last_used_on", LocalDate.class)))
            .optional()
            .orElse(null);
    if (row == null) {
      return new Verdict.Unknown();
    }
    Instant now = clock.instant();
    if (!now.isBefore(row.expires())) {
      return new Verdict.Expired();
    }
    LocalDate today = LocalDate.ofInstant(now, ZoneOffset.UTC);
    if (!today.equals(row.lastUsed())) {
      jdbc.sql("update personal_token set last_used_on = :today where token_sha256 = :hash")
          .param("today", today)
          .param("hash", hash)
          .update();
    }
    return new Verdict.Of(row.person());
  }

  /** Ends all of a person's tokens; how many there were. */
  int endAll(PersonId person) {
    return jdbc.sql("delete from personal_token where person_id = :person")
        .param("person", person.toString())
        .update();
  }

  private record Row(PersonId person, Instant expires, @Nullable LocalDate lastUsed) {}
}
