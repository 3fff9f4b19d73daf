package org.octroi.licence;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.LocalDateTime;
import java.util.Map;
import java.util.Optional;
import org.octroi.audit.AuditTrail;
import org.octroi.problem.ProblemType;
import org.octroi.problem.RefusedException;
import org.octroi.vocabulary.Bilingual;
import org.octroi.vocabulary.Caller;
import org.octroi.vocabulary.HolderId;
import org.octroi.vocabulary.Role;
import org.octroi.vocabulary.TerritoryId;
import org.octroi.vocabulary.UtcTimes;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.databind.json.JsonMapper;

/** The drafts of holders' licences, at most one a licence. Safe for use by many threads. */
@Component
class WorkingDrafts {

  private static final JsonMapper JSON = JsonMapper.shared();

  private static final String DRAFT =
      """
      select name, territory_id, holder_id, based_on, title_fr, title_en, text_fr, text_en,
        authoritative, terms, note, updated_at, version
      from licence_draft
      """;

  private final JdbcClient jdbc;
  private final AuditTrail trail;
  private final Clock clock;

  WorkingDrafts(JdbcClient jdbc, AuditTrail trail, Clock clock) {
    this.jdbc = jdbc;
    this.trail = trail;
    this.clock = clock;
  }

  /**
   * The draft of the licence of this name, if the caller may see it: staff of its holder, and
   * auditors. A licence's name says whose it is, so no territory is asked for.
   *
   * @refuses not-found when there is none that they may see
   */
  WorkingDraft see(String name, Caller caller) {
    return jdbc.sql(DRAFT + "where name = :name")
        .param("name", name)
        .query(WorkingDrafts::read)
        .optional()
        .filter(draft -> maySee(caller, draft.territory(), draft.holder()))
        .orElseThrow(() -> RefusedException.of(ProblemType.NOT_FOUND, name));
  }

  /**
   * The draft as it is at this moment, for an editor of its holder; held until the transaction
   * ends.
   *
   * @refuses not-found when there is none that the caller may see
   * @refuses forbidden when they are no editor of its holder
   */
  WorkingDraft hold(String name, Caller by) {
    WorkingDraft seen = see(name, by);
    if (!by.mayEdit(seen.holder())) {
      throw RefusedException.of(ProblemType.FORBIDDEN);
    }
    return jdbc.sql(DRAFT + "where territory_id = :territory and name = :name for update")
        .param("territory", seen.territory().toString())
        .param("name", name)
        .query(WorkingDrafts::read)
        .optional()
        .orElseThrow(() -> RefusedException.of(ProblemType.NOT_FOUND, name));
  }

  static boolean maySee(Caller caller, TerritoryId territory, HolderId holder) {
    return caller.mayEdit(holder)
        || caller.mayReview(holder)
        || caller.grants().stream()
            .filter(grant -> grant.role() == Role.AUDITOR)
            .anyMatch(grant -> grant.territory().map(territory::equals).orElse(true));
  }

  /**
   * Keeps a new draft.
   *
   * @refuses conflict when the licence has one
   */
  @Transactional(propagation = Propagation.MANDATORY)
  WorkingDraft begin(WorkingDraft draft, Caller by) {
    try {
      written(
              draft,
              jdbc.sql(
                  """
                  insert into licence_draft (name, territory_id, holder_id, based_on, title_fr,
                    title_en, text_fr, text_en, authoritative, terms, note, updated_at, version)
                  values (:name, :territory, :holder, :basedOn, :titleFr, :titleEn, :textFr, :textEn,
                    :authoritative, :terms, :note, :now, 1)
                  """))
          .param("holder", draft.holder().toString())
          .param("basedOn", draft.basedOn())
          .update();
    } catch (DuplicateKeyException e) {
      throw RefusedException.of(ProblemType.CONFLICT, draft.name() + " has a draft");
    }
    tell(by, "licence.draft-begun", draft);
    return see(draft.name(), by);
  }

  /** Writes other content into a draft that is held. */
  @Transactional(propagation = Propagation.MANDATORY)
  WorkingDraft revise(WorkingDraft held, WorkingDraft.Content content, Caller by) {
    WorkingDraft revised =
        new WorkingDraft(
            held.name(),
            held.territory(),
            held.holder(),
            held.basedOn(),
            content,
            held.updatedAt(),
            held.version() + 1);
    written(
            revised,
            jdbc.sql(
                """
                update licence_draft
                set title_fr = :titleFr, title_en = :titleEn, text_fr = :textFr, text_en = :textEn,
                  authoritative = :authoritative, terms = :terms, note = :note, updated_at = :now,
                  version = :version
                where territory_id = :territory and name = :name
                """))
        .param("version", revised.version())
        .update();
    tell(by, "licence.draft-revised", revised);
    return see(held.name(), by);
  }

  /** Ends a draft that is held: it was published, or is not wanted. */
  @Transactional(propagation = Propagation.MANDATORY)
  void end(WorkingDraft held) {
    jdbc.sql("delete from licence_draft where territory_id = :territory and name = :name")
        .param("territory", held.territory().toString())
        .param("name", held.name())
        .update();
  }

  /** Puts what was done with a draft on the record. */
  void tell(Caller by, String action, WorkingDraft draft) {
    trail.record(
        by.actor(),
        action,
        Optional.of(draft.territory()),
        "licence-draft",
        draft.name(),
        Map.of(
            "number", Integer.toString(draft.number()), "version", Long.toString(draft.version())));
  }

  private JdbcClient.StatementSpec written(WorkingDraft draft, JdbcClient.StatementSpec statement) {
    WorkingDraft.Content content = draft.content();
    return statement
        .param("name", draft.name())
        .param("territory", draft.territory().toString())
        .param("titleFr", content.title().fr())
        .param("titleEn", content.title().en())
        .param("textFr", content.fr().orElse(null))
        .param("textEn", content.en().orElse(null))
        .param("authoritative", content.authoritative())
        .param("terms", JSON.writeValueAsString(content.terms()))
        .param("note", content.note().orElse(null))
        .param("now", UtcTimes.column(clock.instant()));
  }

  private static WorkingDraft read(ResultSet row, int number) throws SQLException {
    return new WorkingDraft(
        row.getString("name"),
        TerritoryId.of(row.getString("territory_id")),
        HolderId.of(row.getString("holder_id")),
        row.getInt("based_on"),
        new WorkingDraft.Content(
            new Bilingual(row.getString("title_fr"), row.getString("title_en")),
            JSON.readValue(row.getString("terms"), Terms.class),
            Optional.ofNullable(row.getString("text_fr")),
            Optional.ofNullable(row.getString("text_en")),
            row.getString("authoritative"),
            Optional.ofNullable(row.getString("note"))),
        UtcTimes.instant(row.getObject("updated_at", LocalDateTime.class)),
        row.getLong("version"));
  }
}
