package org.octroi.issuer;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.octroi.identity.RevokedTokens;
import org.octroi.vocabulary.Id;
import org.octroi.vocabulary.UtcTimes;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * The tokens of other issuers that were revoked here before their end. Safe for use by many
 * threads.
 */
@Component
public class ForeignRevocations {

  private static final String SELECT =
      """
      select i.url, r.token_id, r.expires_at
      from issuer_revoked_token r join issuer i on i.id = r.issuer_id
      """;

  private final JdbcClient jdbc;
  private final Clock clock;
  private final ApplicationEventPublisher events;

  ForeignRevocations(JdbcClient jdbc, Clock clock, ApplicationEventPublisher events) {
    this.jdbc = jdbc;
    this.clock = clock;
    this.events = events;
  }

  /**
   * A token that was revoked.
   *
   * @param issuer what it says issued it
   * @param token the id that it carries
   * @param expires when it would have ended
   */
  public record Revoked(String issuer, String token, Instant expires) {}

  /** Revokes a token, within the caller's transaction; whether it was not before. */
  boolean revoke(IssuerId issuer, String token, Instant expires) {
    UUID id = Id.next();
    try {
      jdbc.sql(
              """
              insert into issuer_revoked_token (id, issuer_id, token_id, expires_at)
              values (:id, :issuer, :token, :expires)
              """)
          .param("id", id.toString())
          .param("issuer", issuer.toString())
          .param("token", token)
          .param("expires", UtcTimes.column(expires))
          .update();
    } catch (DuplicateKeyException e) {
      return false;
    }
    events.publishEvent(new ForeignTokenRevoked(id));
    return true;
  }

  /** One revocation. */
  public Optional<Revoked> find(UUID revocation) {
    return jdbc.sql(SELECT + "where r.id = :id")
        .param("id", revocation.toString())
        .query(ForeignRevocations::read)
        .optional();
  }

  /** Those that would not have ended yet. */
  public List<Revoked> all() {
    return jdbc.sql(SELECT + "where r.expires_at > :now")
        .param("now", UtcTimes.column(clock.instant().minus(RevokedTokens.AFTER_ITS_END)))
        .query(ForeignRevocations::read)
        .list();
  }

  @Scheduled(fixedDelay = 3_600_000, initialDelay = 300_000)
  void forgetWhatHasEnded() {
    jdbc.sql("delete from issuer_revoked_token where expires_at < :ended")
        .param("ended", UtcTimes.column(clock.instant().minus(RevokedTokens.AFTER_ITS_END)))
        .update();
  }

  private static Revoked read(ResultSet row, int number) throws SQLException {
    return new Revoked(
        row.getString("url"),
        row.getString("token_id"),
        UtcTimes.instant(row.getObject("expires_at", LocalDateTime.class)));
  }
}
