package org.octroi.agreement;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.octroi.identity.Notice;
import org.octroi.identity.Owner;
import org.octroi.secret.Seal;
import org.octroi.territory.PageAsk;
import org.octroi.vocabulary.Bilingual;
import org.octroi.vocabulary.DatasetId;
import org.octroi.vocabulary.HolderId;
import org.octroi.vocabulary.Id;
import org.octroi.vocabulary.Page;
import org.octroi.vocabulary.PersonId;
import org.octroi.vocabulary.StoredJson;
import org.octroi.vocabulary.TerritoryId;
import org.octroi.vocabulary.UtcTimes;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * What all reusers of a holder are told. It is written down in the transaction of what happened, in
 * one row however many they are, so that a pause waits for nobody's mail; {@link CircularRounds}
 * carries it round. Safe for use by many threads.
 */
@Component
class Circulars {

  private static final Duration KEPT = Duration.ofDays(30);
  private static final String SEALED_FOR = "circular-";

  private static final String COLUMNS =
      """
      select id, territory_id, holder_id, dataset_id, kind, sealed_words, written_by, reusers,
        created_at, after_owner, done_at
      from circular
      """;

  private static final String OF_HOLDER =
      """
      from agreement r
      where r.territory_id = :territory and r.holder_id = :holder
        and r.status in ('active', 'suspended')
        and (r.valid_until is null or r.valid_until > :at)
      """;

  private static final String OF_DATASET =
      """
      from agreement_dataset d
        join agreement r on r.id = d.agreement_id and r.territory_id = d.territory_id
      where d.territory_id = :territory and d.dataset_id = :dataset and r.holder_id = :holder
        and r.status in ('active', 'suspended')
        and (r.valid_until is null or r.valid_until > :at)
      """;

  private final JdbcClient jdbc;
  private final Seal seal;
  private final Clock clock;

  Circulars(JdbcClient jdbc, Seal seal, Clock clock) {
    this.jdbc = jdbc;
    this.seal = seal;
    this.clock = clock;
  }

  private record Words(Bilingual title, Bilingual text, Optional<Letter> letter) {}

  /** What somebody wrote, as they wrote it. */
  record Letter(Bilingual title, Bilingual text) {}

  /**
   * A circular.
   *
   * @param letter what was written, where it is a letter
   * @param writtenBy who wrote it
   * @param reusers how many it was for when it was written, where it is a letter
   * @param afterOwner the last owner who was told; empty text before the first
   */
  record Circular(
      String id,
      Audience audience,
      String kind,
      Bilingual title,
      Bilingual text,
      Optional<Letter> letter,
      Optional<PersonId> writtenBy,
      Optional<Integer> reusers,
      Instant at,
      String afterOwner,
      boolean done) {

    /** As its readers are told of it. */
    Notice notice() {
      Optional<DatasetId> dataset = writtenBy.isPresent() ? Optional.empty() : audience.dataset();
      return new Notice(
          kind,
          Optional.of(audience.territory()),
          dataset.isPresent() ? "dataset" : "holder",
          dataset.map(DatasetId::toString).orElse(audience.holder().toString()),
          title,
          text);
    }

    /** Without its words. */
    @Override
    public String toString() {
      return "Circular[" + id + " " + kind + "]";
    }
  }

  /** Writes down a notice that nobody wrote. */
  @Transactional(propagation = Propagation.MANDATORY)
  public void announce(Audience to, String kind, Bilingual title, Bilingual text) {
    put(
        to,
        kind,
        new Words(title, text, Optional.empty()),
        Optional.empty(),
        Optional.empty(),
        clock.instant());
  }

  /**
   * Writes down a letter; answers how many reusers it is for.
   *
   * @param title what the notice of it says
   */
  @Transactional(propagation = Propagation.MANDATORY)
  public int write(
      Audience to, String kind, Bilingual title, Bilingual text, Letter letter, PersonId by) {
    Instant now = clock.instant();
    int reusers = count(to, now);
    put(
        to,
        kind,
        new Words(title, text, Optional.of(letter)),
        Optional.of(by),
        Optional.of(reusers),
        now);
    return reusers;
  }

  private void put(
      Audience to,
      String kind,
      Words words,
      Optional<PersonId> by,
      Optional<Integer> reusers,
      Instant now) {
    String id = Id.next().toString();
    jdbc.sql(
            """
            insert into circular
              (id, territory_id, holder_id, dataset_id, kind, sealed_words, written_by, reusers,
               created_at, after_owner)
            values
              (:id, :territory, :holder, :dataset, :kind, :words, :by, :reusers, :now, '')
            """)
        .param("id", id)
        .param("territory", to.territory().toString())
        .param("holder", to.holder().toString())
        .param("dataset", to.dataset().map(DatasetId::toString).orElse(null))
        .param("kind", kind)
        .param("words", seal.seal(SEALED_FOR + id, StoredJson.MAPPER.writeValueAsBytes(words)))
        .param("by", by.map(PersonId::toString).orElse(null))
        .param("reusers", reusers.orElse(null))
        .param("now", UtcTimes.column(now))
        .update();
  }

  /** When a holder's letters since a moment were written, the first first. */
  List<Instant> writtenSince(TerritoryId territory, HolderId holder, Instant since) {
    return jdbc.sql(
            """
            select created_at from circular
            where territory_id = :territory and holder_id = :holder and written_by is not null
              and created_at > :since
            order by created_at
            """)
        .param("territory", territory.toString())
        .param("holder", holder.toString())
        .param("since", UtcTimes.column(since))
        .query((row, n) -> UtcTimes.read(row, "created_at").orElseThrow())
        .list();
  }

  /** A page of a holder's letters, newest first. */
  Page<Circular> letters(TerritoryId territory, HolderId holder, PageAsk ask) {
    return Page.of(
        jdbc.sql(
                COLUMNS
                    + """
                    where territory_id = :territory and holder_id = :holder
                      and written_by is not null and (:after = '' or id < :after)
                    order by id desc
                    limit :most
                    """)
            .param("territory", territory.toString())
            .param("holder", holder.toString())
            .param("after", ask.after())
            .param("most", ask.fetch())
            .query(this::read)
            .list(),
        ask.limit(),
        Circular::id);
  }

  /** The ids of those that have not gone all the way round, the first first. */
  List<String> underWay(int most) {
    return jdbc.sql("select id from circular where done_at is null order by id limit :most")
        .param("most", most)
        .query((row, n) -> row.getString("id"))
        .list();
  }

  /** One that is under way, held until the transaction ends; none where it is done. */
  Optional<Circular> hold(String id) {
    return jdbc.sql(COLUMNS + "where id = :id and done_at is null for update")
        .param("id", id)
        .query(this::read)
        .optional();
  }

  /** The next reusers to tell, by id, each once however many agreements they have. */
  List<Owner> next(Circular circular, int most) {
    return on(
            "select r.owner_id, min(r.owner_kind) as owner_kind ",
            " and r.owner_id > :after group by r.owner_id order by r.owner_id limit :most",
            circular.audience(),
            circular.at())
        .param("after", circular.afterOwner())
        .param("most", most)
        .query((row, n) -> Owner.of(row.getString("owner_kind"), row.getString("owner_id")))
        .list();
  }

  private int count(Audience to, Instant at) {
    return on("select count(distinct r.owner_id) ", "", to, at).query(Integer.class).single();
  }

  private JdbcClient.StatementSpec on(String before, String after, Audience to, Instant at) {
    JdbcClient.StatementSpec asked =
        jdbc.sql(before + (to.dataset().isPresent() ? OF_DATASET : OF_HOLDER) + after)
            .param("territory", to.territory().toString())
            .param("holder", to.holder().toString())
            .param("at", UtcTimes.column(at));
    return to.dataset().isPresent() ? asked.param("dataset", to.dataset().get().toString()) : asked;
  }

  /** Forgets what nobody wrote and everybody has; letters stay. */
  void forgetAnnouncements() {
    jdbc.sql("delete from circular where written_by is null and done_at < :before")
        .param("before", UtcTimes.column(clock.instant().minus(KEPT)))
        .update();
  }

  /** It has gone as far as this owner. */
  void reached(Circular circular, Owner last) {
    jdbc.sql("update circular set after_owner = :last where territory_id = :territory and id = :id")
        .param("last", last.id())
        .param("territory", circular.audience().territory().toString())
        .param("id", circular.id())
        .update();
  }

  /** It has gone all the way round. */
  void done(Circular circular) {
    jdbc.sql("update circular set done_at = :now where territory_id = :territory and id = :id")
        .param("now", UtcTimes.column(clock.instant()))
        .param("territory", circular.audience().territory().toString())
        .param("id", circular.id())
        .update();
  }

  private Circular read(ResultSet row, int number) throws SQLException {
    String id = row.getString("id");
    Words words =
        StoredJson.MAPPER.readValue(
            seal.open(SEALED_FOR + id, row.getString("sealed_words")), Words.class);
    return new Circular(
        id,
        new Audience(
            TerritoryId.of(row.getString("territory_id")),
            HolderId.of(row.getString("holder_id")),
            Optional.ofNullable(row.getString("dataset_id")).map(DatasetId::of)),
        row.getString("kind"),
        words.title(),
        words.text(),
        words.letter(),
        Optional.ofNullable(row.getString("written_by")).map(PersonId::of),
        Optional.ofNullable(row.getObject("reusers", Integer.class)),
        UtcTimes.read(row, "created_at").orElseThrow(),
        row.getString("after_owner"),
        UtcTimes.read(row, "done_at").isPresent());
  }
}
