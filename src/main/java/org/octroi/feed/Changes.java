package org.octroi.feed;

import java.time.Clock;
import java.util.List;
import java.util.UUID;
import org.octroi.vocabulary.UtcTimes;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** The list of what changed for the gates, in the order of commits. */
@Component
class Changes {

  private final JdbcClient sql;
  private final Clock clock;

  Changes(JdbcClient sql, Clock clock) {
    this.sql = sql;
    this.clock = clock;
  }

  /** What kind of thing changed. */
  enum Kind {
    TERRITORY,
    APPLICATION,
    /** Every application that holds an agreement under a version of it. */
    LICENCE,
    /** A token that was revoked. */
    TOKEN,
    /** A token of an issuer that is not our own, by its revocation. */
    FOREIGN_TOKEN,
    /** Which issuers are trusted, and where: all of them, whichever changed. */
    ISSUERS
  }

  /** One change: the thing must be looked at again. */
  record Change(long revision, Kind kind, String subject) {}

  /**
   * Notes a change within the transaction that makes it. The lock on the counter is held until that
   * transaction ends, so revisions become visible in their order.
   */
  @Transactional(propagation = Propagation.MANDATORY)
  void note(Kind kind, String subject) {
    sql.sql("update feed_revision set revision = revision + 1 where id = 1").update();
    sql.sql(
            """
            insert into feed_change (revision, subject_kind, subject_id, changed_at)
            select revision, :kind, :subject, :now from feed_revision where id = 1
            """)
        .param("kind", kind.name())
        .param("subject", subject)
        .param("now", UtcTimes.column(clock.instant()))
        .update();
  }

  /** The newest revision that is committed. */
  long revision() {
    return sql.sql("select revision from feed_revision where id = 1").query(Long.class).single();
  }

  /**
   * What changed after a revision, oldest first, at most a thousand at a time.
   *
   * @throws IllegalArgumentException when a note of a change can't be read
   */
  List<Change> after(long revision) {
    return sql.sql(
            """
            select revision, subject_kind, subject_id from feed_change
            where revision > :revision order by revision limit 1000
            """)
        .param("revision", revision)
        .query(
            (row, n) ->
                new Change(
                    row.getLong("revision"),
                    Kind.valueOf(row.getString("subject_kind")),
                    UUID.fromString(row.getString("subject_id")).toString()))
        .list();
  }

  /** Forgets what every gate has long since seen: a gate that was away longer loads everything. */
  @Transactional
  void forgetBefore(java.time.Instant moment) {
    sql.sql("delete from feed_change where changed_at < :moment")
        .param("moment", UtcTimes.column(moment))
        .update();
  }
}
