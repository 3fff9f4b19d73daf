package org.octroi.identity;

import java.time.Clock;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.octroi.secret.Seal;
import org.octroi.territory.PageAsk;
import org.octroi.vocabulary.Bilingual;
import org.octroi.vocabulary.Page;
import org.octroi.vocabulary.PersonId;
import org.octroi.vocabulary.StoredJson;
import org.octroi.vocabulary.TerritoryId;
import org.octroi.vocabulary.UtcTimes;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * What people were told, for them to read at the desk. A notice is kept once, however many were
 * told; its words may name people, so they are sealed.
 */
@Component
class NoticeBoard {

  private static final Logger LOG = LoggerFactory.getLogger(NoticeBoard.class);
  private static final String SEALED_FOR = "notice-";

  private final JdbcClient jdbc;
  private final Seal seal;
  private final Clock clock;
  private final IdentityProperties properties;
  private final TransactionTemplate transaction;

  NoticeBoard(
      JdbcClient jdbc,
      Seal seal,
      Clock clock,
      IdentityProperties properties,
      TransactionTemplate transaction) {
    this.jdbc = jdbc;
    this.seal = seal;
    this.clock = clock;
    this.properties = properties;
    this.transaction = transaction;
  }

  private record Words(Bilingual title, Bilingual text) {}

  /**
   * A notice as one of its readers has it.
   *
   * @param readAt when they marked it as read
   */
  record Posted(NoticeId id, Notice notice, Instant at, Optional<Instant> readAt) {}

  /** Puts it up for these people; in a transaction. */
  void put(Notice notice, List<PersonId> readers, Instant at) {
    NoticeId id = NoticeId.create();
    jdbc.sql(
            """
            insert into notice
              (id, kind, territory_id, subject_kind, subject_id, sealed_words, created_at)
            values (:id, :kind, :territory, :subjectKind, :subjectId, :words, :at)
            """)
        .param("id", id.toString())
        .param("kind", notice.kind())
        .param("territory", notice.territory().map(TerritoryId::toString).orElse(null))
        .param("subjectKind", notice.subjectKind())
        .param("subjectId", notice.subjectId())
        .param(
            "words",
            seal.seal(
                SEALED_FOR + id,
                StoredJson.MAPPER.writeValueAsBytes(new Words(notice.title(), notice.text()))))
        .param("at", UtcTimes.column(at))
        .update();
    for (PersonId reader : readers) {
      jdbc.sql("insert into notice_reader (person_id, notice_id) values (:person, :notice)")
          .param("person", reader.toString())
          .param("notice", id.toString())
          .update();
    }
  }

  /** A page of what a person was told, newest first. */
  Page<Posted> of(PersonId person, PageAsk ask) {
    return Page.of(
        jdbc.sql(
                """
                select n.id, n.kind, n.territory_id, n.subject_kind, n.subject_id, n.sealed_words,
                       n.created_at, r.read_at
                from notice_reader r join notice n on n.id = r.notice_id
                where r.person_id = :person and (:after = '' or r.notice_id < :after)
                order by r.notice_id desc
                limit :most
                """)
            .param("person", person.toString())
            .param("after", ask.after())
            .param("most", ask.fetch())
            .query(
                (row, n) -> {
                  NoticeId id = NoticeId.of(row.getString("id"));
                  Words words =
                      StoredJson.MAPPER.readValue(
                          seal.open(SEALED_FOR + id, row.getString("sealed_words")), Words.class);
                  return new Posted(
                      id,
                      new Notice(
                          row.getString("kind"),
                          Optional.ofNullable(row.getString("territory_id")).map(TerritoryId::of),
                          row.getString("subject_kind"),
                          row.getString("subject_id"),
                          words.title(),
                          words.text()),
                      UtcTimes.instant(row.getObject("created_at", LocalDateTime.class)),
                      UtcTimes.read(row, "read_at"));
                })
            .list(),
        ask.limit(),
        posted -> posted.id().toString());
  }

  /** Marks it as read, once; whether this person was told it at all. */
  boolean read(NoticeId notice, PersonId reader) {
    int told =
        jdbc.sql(
                """
                update notice_reader set read_at = coalesce(read_at, :now)
                where person_id = :person and notice_id = :notice
                """)
            .param("now", UtcTimes.column(clock.instant()))
            .param("person", reader.toString())
            .param("notice", notice.toString())
            .update();
    return told == 1;
  }

  @Scheduled(initialDelayString = "PT15M", fixedDelayString = "PT12H")
  void sweep() {
    LocalDateTime before = UtcTimes.column(clock.instant().minus(properties.keepNotices()));
    @Nullable Integer gone =
        transaction.execute(
            status -> {
              jdbc.sql(
                      """
                      delete from notice_reader
                      where notice_id in (select id from notice where created_at < :before)
                      """)
                  .param("before", before)
                  .update();
              return jdbc.sql("delete from notice where created_at < :before")
                  .param("before", before)
                  .update();
            });
    if (gone != null && gone > 0) {
      LOG.info("{} old notices were deleted", gone);
    }
  }
}
