package org.octroi.audit;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.LocalDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.octroi.vocabulary.Actor;
import org.octroi.vocabulary.Id;
import org.octroi.vocabulary.PersonId;
import org.octroi.vocabulary.TerritoryId;
import org.octroi.vocabulary.UtcTimes;
import org.springframework.core.Ordered;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * Keeps the record of who did what, as a chain: each entry's hash covers the hash of the entry
 * before it, so that no entry can be changed, left out or put in between without breaking all that
 * follow.
 *
 * <p>One row, the head, holds the place and hash of the last entry. It is locked while entries are
 * appended, until the transaction ends: the chain can't fork, and transactions that leave a record
 * pass here one at a time. A transaction's entries are collected and appended right before it
 * commits: the head is the last that it locks, so that the lock is short and nobody who holds it
 * waits for anything else. Safe for use by many threads.
 */
@Component
public class AuditTrail {

  private static final TypeReference<Map<String, String>> DETAILS = new TypeReference<>() {};
  private static final TerritoryId NO_TERRITORY = new TerritoryId(new UUID(0, 0));

  /** The most entries that are read at once. */
  static final int AT_ONCE = 1_000;

  private final JdbcClient jdbc;
  private final JsonMapper json;
  private final Clock clock;

  AuditTrail(JdbcClient jdbc, JsonMapper json, Clock clock) {
    this.jdbc = jdbc;
    this.json = json;
    this.clock = clock;
  }

  /**
   * Puts a deed on the record, in the transaction of the deed itself: both happen or neither does.
   * The entry is written when the transaction is about to commit; where that fails, so does the
   * commit.
   *
   * @param actor who
   * @param action what was done, {@code <noun>.<verb>}, up to 80 characters
   * @param territory where; empty for what concerns the instance
   * @param subjectKind what it was done to, up to 40 characters
   * @param subjectId the id of that, up to 100 characters
   * @param details more, as plain words; never personal data (ids of persons are fine)
   * @throws org.springframework.transaction.IllegalTransactionStateException outside a transaction
   */
  @Transactional(propagation = Propagation.MANDATORY)
  public void record(
      Actor actor,
      String action,
      Optional<TerritoryId> territory,
      String subjectKind,
      String subjectId,
      Map<String, String> details) {
    pending().add(new Deed(actor, action, territory, subjectKind, subjectId, Map.copyOf(details)));
  }

  /** What this transaction has to append; a suspended transaction keeps its own. */
  private Pending pending() {
    for (TransactionSynchronization known :
        TransactionSynchronizationManager.getSynchronizations()) {
      if (known instanceof Pending pending && pending.isOf(this)) {
        return pending;
      }
    }
    Pending pending = new Pending(this);
    TransactionSynchronizationManager.registerSynchronization(pending);
    return pending;
  }

  private void append(List<Deed> deeds) {
    Head head = lockHead();
    for (Deed deed : deeds) {
      head = append(deed, head);
    }
    jdbc.sql("update audit_head set place = :place, entry_hash = :hash where id = 1")
        .param("place", head.place())
        .param("hash", head.hash())
        .update();
  }

  private Head append(Deed deed, Head head) {
    AuditEntry entry =
        new AuditEntry(
            head.place() + 1,
            clock.instant().truncatedTo(ChronoUnit.MICROS),
            deed.actor().kind(),
            deed.actor().name(),
            deed.action(),
            deed.territory(),
            deed.subjectKind(),
            deed.subjectId(),
            deed.details());
    String hash = entry.hashAfter(head.hash());
    jdbc.sql(
            """
            insert into audit_entry
              (place, happened_at, actor_kind, actor, action, territory_id, subject_kind,
               subject_id, details, previous_hash, entry_hash)
            values
              (:place, :at, :actorKind, :actor, :action, :territory, :subjectKind,
               :subjectId, :details, :previous, :hash)
            """)
        .param("place", entry.place())
        .param("at", UtcTimes.column(entry.at()))
        .param("actorKind", entry.actorKind())
        .param("actor", entry.actor())
        .param("action", entry.action())
        .param("territory", entry.territory().map(TerritoryId::toString).orElse(null))
        .param("subjectKind", entry.subjectKind())
        .param("subjectId", entry.subjectId())
        .param("details", json.writeValueAsString(entry.details()))
        .param("previous", head.hash())
        .param("hash", hash)
        .update();
    return new Head(entry.place(), hash);
  }

  /** Entries of all territories and of the instance, newest first, from before a place. */
  List<AuditEntry> all(long before, int limit) {
    return jdbc.sql(
            """
            select place, happened_at, actor_kind, actor, action, territory_id, subject_kind,
                   subject_id, details, previous_hash, entry_hash
            from audit_entry
            where place < :before
            order by place desc
            limit :limit
            """)
        .param("before", before)
        .param("limit", limit)
        .query((row, n) -> link(row).entry())
        .list();
  }

  /** Entries of some territories, newest first, from before a place. */
  List<AuditEntry> of(Set<TerritoryId> territories, long before, int limit) {
    return jdbc.sql(
            """
            select place, happened_at, actor_kind, actor, action, territory_id, subject_kind,
                   subject_id, details, previous_hash, entry_hash
            from audit_entry
            where territory_id in (:territories) and place < :before
            order by place desc
            limit :limit
            """)
        .param("territories", territories.stream().map(Id::value).map(Object::toString).toList())
        .param("before", before)
        .param("limit", limit)
        .query((row, n) -> link(row).entry())
        .list();
  }

  /** Entries of all territories in their order, up to {@link #AT_ONCE}, each with its hashes. */
  List<Link> linksAfter(long place, long last) {
    return jdbc.sql(
            """
            select place, happened_at, actor_kind, actor, action, territory_id, subject_kind,
                   subject_id, details, previous_hash, entry_hash
            from audit_entry
            where place > :place and place <= :last
            order by place
            limit :limit
            """)
        .param("place", place)
        .param("last", last)
        .param("limit", AT_ONCE)
        .query((row, n) -> link(row))
        .list();
  }

  /** Likewise, of some territories. */
  List<Link> linksAfter(long place, long last, Set<TerritoryId> territories) {
    return jdbc.sql(
            """
            select place, happened_at, actor_kind, actor, action, territory_id, subject_kind,
                   subject_id, details, previous_hash, entry_hash
            from audit_entry
            where territory_id in (:territories) and place > :place and place <= :last
            order by place
            limit :limit
            """)
        .param("territories", territories.stream().map(Id::value).map(Object::toString).toList())
        .param("place", place)
        .param("last", last)
        .param("limit", AT_ONCE)
        .query((row, n) -> link(row))
        .list();
  }

  /** What was done to some things, oldest first. */
  List<Link> about(TerritoryId territory, Collection<String> subjects) {
    return jdbc.sql(
            """
            select place, happened_at, actor_kind, actor, action, territory_id, subject_kind,
                   subject_id, details, previous_hash, entry_hash
            from audit_entry
            where territory_id = :territory and subject_id in (:subjects)
            order by place
            """)
        .param("territory", territory.toString())
        .param("subjects", subjects)
        .query((row, n) -> link(row))
        .list();
  }

  /** What a person did, and what was done to their account, oldest first. */
  List<AuditEntry> ofPerson(PersonId person) {
    return jdbc.sql(
            """
            select place, happened_at, actor_kind, actor, action, territory_id, subject_kind,
                   subject_id, details, previous_hash, entry_hash
            from audit_entry
            where (actor_kind = 'person' and actor = :person)
               or (subject_kind = 'person' and subject_id = :person)
            order by place
            """)
        .param("person", person.toString())
        .query((row, n) -> link(row).entry())
        .list();
  }

  /** The greatest place that an entry has, which is the head's unless somebody wrote by hand. */
  long greatestPlace() {
    return jdbc.sql("select coalesce(max(place), 0) from audit_entry").query(Long.class).single();
  }

  /** The end of the chain. */
  Head head() {
    return jdbc.sql("select place, entry_hash from audit_head where id = 1")
        .query((row, n) -> new Head(row.getLong("place"), row.getString("entry_hash")))
        .single();
  }

  private Head lockHead() {
    return jdbc.sql("select place, entry_hash from audit_head where id = 1 for update")
        .query((row, n) -> new Head(row.getLong("place"), row.getString("entry_hash")))
        .single();
  }

  private Link link(ResultSet row) throws SQLException {
    AuditEntry entry =
        new AuditEntry(
            row.getLong("place"),
            UtcTimes.instant(row.getObject("happened_at", LocalDateTime.class)),
            row.getString("actor_kind"),
            row.getString("actor"),
            row.getString("action"),
            Optional.ofNullable(row.getString("territory_id")).map(AuditTrail::territory),
            row.getString("subject_kind"),
            row.getString("subject_id"),
            details(row.getString("details")));
    return new Link(entry, row.getString("previous_hash"), row.getString("entry_hash"));
  }

  /** What nobody can have written here is read as something whose hash is another one. */
  private static TerritoryId territory(String column) {
    try {
      return TerritoryId.of(column);
    } catch (IllegalArgumentException e) {
      return NO_TERRITORY;
    }
  }

  private Map<String, String> details(String column) {
    try {
      return json.readValue(column, DETAILS);
    } catch (JacksonException e) {
      return Map.of("unreadable", column);
    }
  }

  /** The end of the chain: the last entry's place and hash. */
  record Head(long place, String hash) {}

  private record Deed(
      Actor actor,
      String action,
      Optional<TerritoryId> territory,
      String subjectKind,
      String subjectId,
      Map<String, String> details) {}

  /** One transaction's deeds, appended after whatever else wants to happen before the commit. */
  private static final class Pending implements TransactionSynchronization {

    private final AuditTrail trail;
    private final List<Deed> deeds = new ArrayList<>();

    Pending(AuditTrail trail) {
      this.trail = trail;
    }

    boolean isOf(AuditTrail other) {
      return trail == other;
    }

    void add(Deed deed) {
      deeds.add(deed);
    }

    @Override
    public int getOrder() {
      return Ordered.LOWEST_PRECEDENCE;
    }

    @Override
    public void beforeCommit(boolean readOnly) {
      trail.append(deeds);
    }
  }

  /** An entry with the hashes that stand beside it. */
  record Link(AuditEntry entry, String previous, String hash) {}
}
