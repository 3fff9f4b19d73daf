package org.octroi.outbox;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.octroi.vocabulary.Id;
import org.octroi.vocabulary.UtcTimes;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * The messages that wait, shared by all desks on one database. Who takes one moves the moment at
 * which it is due to the end of a lease, on the condition that it is due: of several desks one
 * succeeds, by any database's rules, and when that one dies the message is due again by itself. A
 * try is counted when it begins, so that a message that kills its sender is not tried for ever.
 */
@Component
final class DueMessages {

  private static final int LONGEST_ERROR = 500;

  private final JdbcClient jdbc;
  private final OutboxProperties properties;
  private final Clock clock;

  DueMessages(JdbcClient jdbc, OutboxProperties properties, Clock clock) {
    this.jdbc = jdbc;
    this.properties = properties;
    this.clock = clock;
  }

  /**
   * A message that is ours to send until its lease ends.
   *
   * @param tries how many, this one included
   */
  record Taken(MessageId id, Means means, String kind, String sealed, int tries, String lease) {

    /** Without what is in it. */
    @Override
    public String toString() {
      return "Taken[" + id + "]";
    }
  }

  /** Takes up to so many that are due, those due longest first. */
  List<Taken> take(int most) {
    Instant now = clock.instant();
    List<String> due =
        jdbc.sql(
                """
                select id from outbox_message
                where state = 'pending' and due_at <= :now
                order by due_at, id
                limit :most
                """)
            .param("now", UtcTimes.column(now))
            .param("most", most)
            .query((row, n) -> row.getString("id"))
            .list();
    List<Taken> taken = new ArrayList<>();
    for (String id : due) {
      String lease = Id.next().toString();
      int ours =
          jdbc.sql(
                  """
                  update outbox_message
                  set lease = :lease, due_at = :until, tries = tries + 1
                  where id = :id and state = 'pending' and due_at <= :now
                  """)
              .param("lease", lease)
              .param("until", UtcTimes.column(now.plus(properties.lease())))
              .param("id", id)
              .param("now", UtcTimes.column(now))
              .update();
      if (ours == 1) {
        // Withdrawn in this very moment, it is not there any more.
        taken.addAll(read(id, lease));
      }
    }
    return taken;
  }

  private List<Taken> read(String id, String lease) {
    return jdbc.sql(
            """
            select means, kind, sealed_content, tries from outbox_message
            where id = :id and lease = :lease
            """)
        .param("id", id)
        .param("lease", lease)
        .query(
            (row, n) ->
                new Taken(
                    MessageId.of(id),
                    Means.of(row.getString("means")),
                    row.getString("kind"),
                    row.getString("sealed_content"),
                    row.getInt("tries"),
                    lease))
        .list();
  }

  /** It has arrived: what was in it is forgotten. */
  void sent(Taken message) {
    jdbc.sql(
            """
            update outbox_message
            set state = 'sent', sealed_content = null, last_error = null, lease = null,
                ended_at = :now
            where id = :id and lease = :lease
            """)
        .param("now", UtcTimes.column(clock.instant()))
        .param("id", message.id().toString())
        .param("lease", message.lease())
        .update();
  }

  /** It has not arrived, and is to be tried again after a pause. */
  void failed(Taken message, String why) {
    jdbc.sql(
            """
            update outbox_message
            set due_at = :due, last_error = :why, lease = null
            where id = :id and lease = :lease
            """)
        .param(
            "due",
            UtcTimes.column(
                clock
                    .instant()
                    .plus(
                        properties.pauseAfter(
                            message.tries(), ThreadLocalRandom.current().nextDouble()))))
        .param("why", cut(why))
        .param("id", message.id().toString())
        .param("lease", message.lease())
        .update();
  }

  /** It has not arrived, and no other try is made unless somebody asks for one. */
  void died(Taken message, String why) {
    jdbc.sql(
            """
            update outbox_message
            set state = 'dead', last_error = :why, lease = null, ended_at = :now
            where id = :id and lease = :lease
            """)
        .param("why", cut(why))
        .param("now", UtcTimes.column(clock.instant()))
        .param("id", message.id().toString())
        .param("lease", message.lease())
        .update();
  }

  private static String cut(String why) {
    return why.length() > LONGEST_ERROR ? why.substring(0, LONGEST_ERROR) : why;
  }

  /** As if it had not been taken. */
  void giveBack(Taken message) {
    jdbc.sql(
            """
            update outbox_message
            set due_at = :now, tries = tries - 1, lease = null
            where id = :id and lease = :lease
            """)
        .param("now", UtcTimes.column(clock.instant()))
        .param("id", message.id().toString())
        .param("lease", message.lease())
        .update();
  }

  /** Forgets what was sent, or died, long enough ago; how many there were. */
  int sweep() {
    Instant now = clock.instant();
    return jdbc.sql(
            """
            delete from outbox_message
            where (state = 'sent' and ended_at < :sent) or (state = 'dead' and ended_at < :dead)
            """)
        .param("sent", UtcTimes.column(now.minus(properties.keepSent())))
        .param("dead", UtcTimes.column(now.minus(properties.keepDead())))
        .update();
  }
}
