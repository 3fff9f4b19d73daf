package org.octroi.outbox;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.LocalDateTime;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.octroi.secret.Seal;
import org.octroi.vocabulary.Id;
import org.octroi.vocabulary.StoredJson;
import org.octroi.vocabulary.TerritoryId;
import org.octroi.vocabulary.UtcTimes;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * Takes messages to be sent. They are written in the caller's transaction: nothing is told that did
 * not happen, and nothing that happened is forgotten. A message arrives at least once; a receiver
 * knows a double by its id. What is in it may be personal, so it is kept sealed, and forgotten as
 * soon as it has arrived. Safe for use by many threads.
 */
@Component
public class Outbox {

  private static final String SELECT =
      """
      select id, means, kind, territory_id, recipient_id, state, tries, last_error, created_at,
             ended_at
      from outbox_message
      """;

  private final JdbcClient jdbc;
  private final Seal seal;
  private final Clock clock;
  private final Bell bell;
  private final MailCarrier mail;

  Outbox(JdbcClient jdbc, Seal seal, Clock clock, Bell bell, MailCarrier mail) {
    this.jdbc = jdbc;
    this.seal = seal;
    this.clock = clock;
    this.bell = bell;
    this.mail = mail;
  }

  static String sealedFor(MessageId id) {
    return "outbox-message-" + id;
  }

  /** Whether a mail server is set; without one, letters are not taken. */
  public boolean mails() {
    return mail.isSet();
  }

  /** Sends a letter after the commit; does nothing where no mail server is set. */
  @Transactional(propagation = Propagation.MANDATORY)
  public void put(Envelope envelope, Letter letter) {
    if (mails()) {
      put(envelope, Means.MAIL, letter);
    }
  }

  /** Calls a webhook after the commit. */
  @Transactional(propagation = Propagation.MANDATORY)
  public void put(Envelope envelope, Hook hook) {
    put(envelope, Means.WEBHOOK, hook);
  }

  /** Has something done at another server of the house after the commit. */
  @Transactional(propagation = Propagation.MANDATORY)
  public void put(Envelope envelope, Errand errand) {
    put(envelope, Means.ERRAND, errand);
  }

  /** Errands that wait for another try need not: what they failed at is there again. */
  @Transactional
  public void hurryErrands() {
    jdbc.sql(
            """
            update outbox_message set due_at = :now
            where state = 'pending' and means = :means and lease is null and due_at > :now
            """)
        .param("now", UtcTimes.column(clock.instant()))
        .param("means", Means.ERRAND.word())
        .update();
    bell.ringAfterCommit();
  }

  /** How many errands wait, or were given up. */
  public long unfinishedErrands() {
    return jdbc.sql(
            """
            select count(*) from outbox_message
            where means = :means and state in ('pending', 'dead')
            """)
        .param("means", Means.ERRAND.word())
        .query(Long.class)
        .single();
  }

  private void put(Envelope envelope, Means means, Record content) {
    LocalDateTime now = UtcTimes.column(clock.instant());
    jdbc.sql(
            """
            insert into outbox_message
              (id, means, kind, territory_id, recipient_id, sealed_content, state, tries, due_at,
               created_at)
            values
              (:id, :means, :kind, :territory, :recipient, :content, 'pending', 0, :now, :now)
            """)
        .param("id", envelope.id().toString())
        .param("means", means.word())
        .param("kind", envelope.kind())
        .param("territory", envelope.territory().map(TerritoryId::toString).orElse(null))
        .param("recipient", envelope.recipient().value().toString())
        .param(
            "content",
            seal.seal(sealedFor(envelope.id()), StoredJson.MAPPER.writeValueAsBytes(content)))
        .param("now", now)
        .update();
    bell.ringAfterCommit();
  }

  /** Forgets all that is, or was, to be sent to a recipient. */
  @Transactional(propagation = Propagation.MANDATORY)
  public void withdraw(Id recipient) {
    jdbc.sql("delete from outbox_message where recipient_id = :recipient")
        .param("recipient", recipient.value().toString())
        .update();
  }

  /**
   * Dead letters, newest first.
   *
   * @param of of these territories only; of everything where empty
   * @param after those older than the one with this id; empty text for the beginning
   */
  public List<Delivery> deadLetters(Optional<Set<TerritoryId>> of, String after, int limit) {
    String territories = of.isPresent() ? "and territory_id in (:territories)" : "";
    JdbcClient.StatementSpec query =
        jdbc.sql(
                SELECT
                    + """
                    where state = 'dead' %s and (:after = '' or id < :after)
                    order by id desc
                    limit :limit
                    """
                        .formatted(territories))
            .param("after", after)
            .param("limit", limit);
    if (of.isPresent()) {
      query = query.param("territories", texts(of.get()));
    }
    return query.query(Outbox::read).list();
  }

  /** The message with this id, if it is a dead letter. */
  public Optional<Delivery> deadLetter(MessageId id) {
    return jdbc.sql(SELECT + "where state = 'dead' and id = :id")
        .param("id", id.toString())
        .query(Outbox::read)
        .optional();
  }

  /** Tries a dead letter anew, from the first try; whether it was one. */
  @Transactional(propagation = Propagation.MANDATORY)
  public boolean sendAgain(MessageId id) {
    int revived =
        jdbc.sql(
                """
                update outbox_message
                set state = 'pending', tries = 0, due_at = :now, ended_at = null
                where id = :id and state = 'dead'
                """)
            .param("now", UtcTimes.column(clock.instant()))
            .param("id", id.toString())
            .update();
    bell.ringAfterCommit();
    return revived == 1;
  }

  /** How it stands with the newest message to each of these recipients, by the recipient's id. */
  public Map<String, Delivery> newest(Collection<? extends Id> recipients) {
    if (recipients.isEmpty()) {
      return Map.of();
    }
    return jdbc
        .sql(
            SELECT
                + """
                where id in
                  (select max(id) from outbox_message where recipient_id in (:recipients)
                   group by recipient_id)
                """)
        .param("recipients", texts(recipients))
        .query(Outbox::read)
        .list()
        .stream()
        .collect(Collectors.toUnmodifiableMap(Delivery::recipient, delivery -> delivery));
  }

  private static List<String> texts(Collection<? extends Id> ids) {
    return ids.stream().map(id -> id.value().toString()).toList();
  }

  private static Delivery read(ResultSet row, int number) throws SQLException {
    return new Delivery(
        MessageId.of(row.getString("id")),
        Means.of(row.getString("means")),
        row.getString("kind"),
        Optional.ofNullable(row.getString("territory_id")).map(TerritoryId::of),
        row.getString("recipient_id"),
        Delivery.State.of(row.getString("state")),
        row.getInt("tries"),
        Optional.ofNullable(row.getString("last_error")),
        UtcTimes.instant(row.getObject("created_at", LocalDateTime.class)),
        UtcTimes.read(row, "ended_at"));
  }
}
