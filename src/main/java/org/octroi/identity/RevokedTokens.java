package org.octroi.identity;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.octroi.audit.AuditTrail;
import org.octroi.vocabulary.Actor;
import org.octroi.vocabulary.ApplicationId;
import org.octroi.vocabulary.UtcTimes;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * The access tokens that were revoked before their end. Only those are kept: a token says itself
 * until when it is good. Safe for use by many threads.
 */
@Component
public class RevokedTokens {

  /**
   * For how long after its end a token is still said to be revoked: longer than two clocks may be
   * apart at any gate.
   */
  public static final Duration AFTER_ITS_END = Duration.ofMinutes(5);

  private final JdbcClient jdbc;
  private final Clock clock;
  private final AuditTrail trail;
  private final ApplicationEventPublisher events;

  RevokedTokens(JdbcClient jdbc, Clock clock, AuditTrail trail, ApplicationEventPublisher events) {
    this.jdbc = jdbc;
    this.clock = clock;
    this.trail = trail;
    this.events = events;
  }

  /**
   * A token that was revoked.
   *
   * @param token the id that it carries
   * @param expires when it would have ended
   */
  public record Revoked(UUID token, Instant expires) {}

  /**
   * Revokes a token of an application, at its own wish; a second time is no harm.
   *
   * @param token the id that it carries
   * @param expires when it would end by itself
   */
  @Transactional
  public void revoke(UUID token, Instant expires, ApplicationId application) {
    try {
      jdbc.sql("insert into revoked_token (token_id, expires_at) values (:token, :expires)")
          .param("token", token.toString())
          .param("expires", UtcTimes.column(expires))
          .update();
    } catch (DuplicateKeyException e) {
      // It was revoked before.
      return;
    }
    trail.record(
        new Actor.Program(application),
        "token.revoke",
        Optional.empty(),
        "application",
        application.toString(),
        Map.of("token", token.toString()));
    events.publishEvent(new TokenRevoked(token));
  }

  /** Whether a token was revoked. */
  public boolean isRevoked(UUID token) {
    return find(token).isPresent();
  }

  /** The revocation of a token, where there was one. */
  public Optional<Revoked> find(UUID token) {
    return jdbc.sql("select token_id, expires_at from revoked_token where token_id = :token")
        .param("token", token.toString())
        .query(RevokedTokens::read)
        .optional();
  }

  /** Those that would not have ended yet. */
  public List<Revoked> all() {
    return jdbc.sql("select token_id, expires_at from revoked_token where expires_at > :now")
        .param("now", UtcTimes.column(clock.instant().minus(AFTER_ITS_END)))
        .query(RevokedTokens::read)
        .list();
  }

  @Scheduled(fixedDelay = 3_600_000, initialDelay = 300_000)
  void forgetWhatHasEnded() {
    jdbc.sql("delete from revoked_token where expires_at < :ended")
        .param("ended", UtcTimes.column(clock.instant().minus(AFTER_ITS_END)))
        .update();
  }

  private static Revoked read(ResultSet row, int number) throws SQLException {
    return new Revoked(
        UUID.fromString(row.getString("token_id")),
        UtcTimes.instant(row.getObject("expires_at", LocalDateTime.class)));
  }
}
