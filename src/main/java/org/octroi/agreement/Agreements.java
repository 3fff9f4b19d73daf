package org.octroi.agreement;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.octroi.identity.Applications;
import org.octroi.offer.TierColumn;
import org.octroi.problem.ProblemType;
import org.octroi.problem.RefusedException;
import org.octroi.territory.PageAsk;
import org.octroi.vocabulary.AccessRequestId;
import org.octroi.vocabulary.AgreementId;
import org.octroi.vocabulary.AgreementNumber;
import org.octroi.vocabulary.AgreementStatus;
import org.octroi.vocabulary.ApplicationId;
import org.octroi.vocabulary.Caller;
import org.octroi.vocabulary.DatasetId;
import org.octroi.vocabulary.HolderId;
import org.octroi.vocabulary.Id;
import org.octroi.vocabulary.LicenceVersionId;
import org.octroi.vocabulary.OfferId;
import org.octroi.vocabulary.Page;
import org.octroi.vocabulary.PersonId;
import org.octroi.vocabulary.ReuserKind;
import org.octroi.vocabulary.Slug;
import org.octroi.vocabulary.TerritoryId;
import org.octroi.vocabulary.UtcTimes;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The agreements of this instance. Safe for use by many threads. */
@Component
public class Agreements {

  private static final String COLUMNS =
      """
      r.id, r.number, r.territory_id, r.holder_id, r.offer_id, r.request_id, r.application_id,
      r.owner_kind, r.owner_id, r.reuser_kind, r.purposes, r.purposes_closed, r.licence_version_id,
      r.text_sha256, r.granted_at, r.valid_from, r.valid_until, r.status, r.ground, r.note,
      r.mask_key, r.tier, r.renews, r.version
      """;

  private static final String VISIBLE = "(" + Visibility.OWN + " or " + Visibility.STAFF + ")";

  private final JdbcClient jdbc;
  private final Clock clock;
  private final Applications applications;

  Agreements(JdbcClient jdbc, Clock clock, Applications applications) {
    this.jdbc = jdbc;
    this.clock = clock;
    this.applications = applications;
  }

  /**
   * Every agreement of an application, in all territories and whatever state, newest first. The
   * gates' question: it asks for one application and so names no territory.
   *
   * @param closed told of each that can't be read, which is not among them, and why not
   */
  public List<HeldAgreement> heldBy(
      ApplicationId application, BiConsumer<String, RuntimeException> closed) {
    Map<String, Set<String>> datasets =
        jdbc
            .sql(
                """
                select d.agreement_id, d.dataset_id
                from agreement a
                  join agreement_dataset d
                    on d.agreement_id = a.id and d.territory_id = a.territory_id
                where a.application_id = :application
                """)
            .param("application", application.toString())
            .query(
                (row, n) -> Map.entry(row.getString("agreement_id"), row.getString("dataset_id")))
            .list()
            .stream()
            .collect(
                Collectors.groupingBy(
                    Map.Entry::getKey,
                    Collectors.mapping(Map.Entry::getValue, Collectors.toUnmodifiableSet())));
    return jdbc
        .sql(
            "select "
                + COLUMNS
                + " from agreement r where r.application_id = :application order by r.id desc")
        .param("application", application.toString())
        .query((row, n) -> heldOrClosed(row, datasets, closed))
        .list()
        .stream()
        .flatMap(Optional::stream)
        .toList();
  }

  /**
   * The ids of the applications that hold an agreement under one of these licence versions, in
   * whatever state, of all territories: a page of them, by id.
   */
  public Page<String> holdersUnder(Collection<LicenceVersionId> versions, PageAsk ask) {
    return Page.of(
        jdbc.sql(
                """
                select distinct r.application_id from agreement r
                where r.licence_version_id in (:versions) and r.application_id > :after
                order by r.application_id
                limit :most
                """)
            .param("versions", versions.stream().map(LicenceVersionId::toString).toList())
            .param("after", ask.after())
            .param("most", ask.fetch())
            .query((row, n) -> row.getString("application_id"))
            .list(),
        ask.limit(),
        id -> id);
  }

  private static Optional<HeldAgreement> heldOrClosed(
      ResultSet row, Map<String, Set<String>> datasets, BiConsumer<String, RuntimeException> closed)
      throws SQLException {
    String id = row.getString("id");
    try {
      return Optional.of(
          held(
              row,
              datasets.getOrDefault(id, Set.of()).stream()
                  .map(DatasetId::of)
                  .collect(Collectors.toUnmodifiableSet())));
    } catch (RuntimeException unreadable) {
      closed.accept("agreement " + id, unreadable);
      return Optional.empty();
    }
  }

  /**
   * The agreement, if the caller may see it.
   *
   * @refuses not-found when there is none that they may see
   */
  Agreement see(AgreementId id, Caller caller) {
    return Visibility.of(caller, applications)
        .on(jdbc.sql("select " + COLUMNS + " from agreement r where r.id = :id and " + VISIBLE))
        .param("id", id.toString())
        .query(Agreements::read)
        .optional()
        .orElseThrow(() -> RefusedException.of(ProblemType.NOT_FOUND, id.toString()));
  }

  /** The agreement as it is at this moment, held until the transaction ends. */
  Agreement hold(AgreementId id, Caller caller) {
    return holdUnseen(see(id, caller).territory(), id);
  }

  /** The same for the house itself, which sees everything. */
  Agreement holdUnseen(TerritoryId territory, AgreementId id) {
    return jdbc.sql(
            "select "
                + COLUMNS
                + " from agreement r where r.territory_id = :territory and r.id = :id for update")
        .param("territory", territory.toString())
        .param("id", id.toString())
        .query(Agreements::read)
        .single();
  }

  /** The agreements that several requests minted, by request. */
  Map<AccessRequestId, AgreementId> of(Collection<AccessRequest> requests) {
    if (requests.isEmpty()) {
      return Map.of();
    }
    return AccessRequests.ofAll(
            jdbc.sql(
                """
                select request_id, id from agreement
                where territory_id in (:territories) and request_id in (:requests)
                """),
            requests)
        .query(
            (row, n) ->
                Map.entry(
                    AccessRequestId.of(row.getString("request_id")),
                    AgreementId.of(row.getString("id"))))
        .list()
        .stream()
        .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  /**
   * The application's agreement that stands for an offer, whatever its version: active or
   * suspended, not at its end, and not to be followed by one that renews it and stands itself.
   */
  Optional<Agreement> inForce(ApplicationId application, TerritoryId territory, Slug offer) {
    return jdbc.sql(
            """
            select %s
            from agreement r
              join offer o on o.id = r.offer_id and o.territory_id = r.territory_id
            where r.application_id = :application and r.territory_id = :territory
              and o.slug = :offer and r.status in ('active', 'suspended')
              and (r.valid_until is null or r.valid_until > :now)
              and not exists (
                select 1 from agreement n
                where n.territory_id = r.territory_id and n.renews = r.id
                  and n.status in ('active', 'suspended'))
            order by r.id desc
            limit 1
            """
                .formatted(COLUMNS))
        .param("application", application.toString())
        .param("territory", territory.toString())
        .param("offer", offer.value())
        .param("now", UtcTimes.column(clock.instant()))
        .query(Agreements::read)
        .optional();
  }

  /**
   * The agreements that stand on a dataset, active or suspended and not at their end.
   *
   * @param count how many
   * @param until the end of the last; empty where one has none, or there are none
   */
  record Standing(int count, Optional<Instant> until) {}

  /** Those that stand on a dataset. */
  Standing standing(TerritoryId territory, DatasetId dataset, Instant now) {
    return jdbc.sql(
            """
            select count(*) as standing, count(r.valid_until) as ending,
              max(r.valid_until) as valid_until
            from agreement_dataset d
              join agreement r on r.id = d.agreement_id and r.territory_id = d.territory_id
            where d.territory_id = :territory and d.dataset_id = :dataset
              and r.status in ('active', 'suspended')
              and (r.valid_until is null or r.valid_until > :now)
            """)
        .param("territory", territory.toString())
        .param("dataset", dataset.toString())
        .param("now", UtcTimes.column(now))
        .query(
            (row, n) ->
                new Standing(
                    row.getInt("standing"),
                    row.getInt("standing") == row.getInt("ending")
                        ? UtcTimes.read(row, "valid_until")
                        : Optional.empty()))
        .single();
  }

  /** Several agreements, for the house itself. */
  List<Agreement> find(Collection<AgreementId> ids) {
    return ids.isEmpty()
        ? List.of()
        : jdbc.sql("select " + COLUMNS + " from agreement r where r.id in (:ids)")
            .param("ids", ids.stream().map(AgreementId::toString).distinct().toList())
            .query(Agreements::read)
            .list();
  }

  /** The application's agreements that are past their last day make way for new ones. */
  void expire(ApplicationId application, Instant now) {
    jdbc.sql(
            """
            update agreement set in_force_of = null
            where application_id = :application and in_force_of is not null
              and valid_until <= :now
            """)
        .param("application", application.toString())
        .param("now", UtcTimes.column(now))
        .update();
  }

  /** Lets another follow on an agreement; answers its end, where it has one. */
  Optional<Instant> makeWay(TerritoryId territory, AgreementId renewed) {
    jdbc.sql("update agreement set in_force_of = null where territory_id = :territory and id = :id")
        .param("territory", territory.toString())
        .param("id", renewed.toString())
        .update();
    return jdbc.sql(
            "select valid_until from agreement where territory_id = :territory and id = :id")
        .param("territory", territory.toString())
        .param("id", renewed.toString())
        .query((row, n) -> UtcTimes.read(row, "valid_until"))
        .single();
  }

  /** Puts down that a text was accepted. */
  void accepted(
      AgreementId agreement,
      TerritoryId territory,
      LicenceVersionId licence,
      Acceptance acceptance) {
    jdbc.sql(
            """
            insert into agreement_acceptance
              (id, agreement_id, territory_id, licence_version_id, text_sha256, terms_sha256,
               accepted_by, accepted_how, accepted_at)
            values
              (:id, :agreement, :territory, :licence, :text, :terms, :by, :how, :at)
            """)
        .param("id", Id.next().toString())
        .param("agreement", agreement.toString())
        .param("territory", territory.toString())
        .param("licence", licence.toString())
        .param("text", acceptance.textSha256())
        .param("terms", acceptance.termsSha256().orElse(null))
        .param("by", acceptance.by().toString())
        .param("how", acceptance.how())
        .param("at", UtcTimes.column(acceptance.at()))
        .update();
  }

  /** Every acceptance under an agreement, the first first. */
  List<Acceptance> acceptances(Agreement agreement) {
    return jdbc.sql(
            """
            select text_sha256, terms_sha256, accepted_by, accepted_how, accepted_at
            from agreement_acceptance
            where territory_id = :territory and agreement_id = :agreement
            order by id
            """)
        .param("territory", agreement.territory().toString())
        .param("agreement", agreement.id().toString())
        .query(
            (row, n) ->
                new Acceptance(
                    row.getString("text_sha256"),
                    Optional.ofNullable(row.getString("terms_sha256")),
                    PersonId.of(row.getString("accepted_by")),
                    row.getString("accepted_how"),
                    UtcTimes.read(row, "accepted_at").orElseThrow()))
        .list();
  }

  /** The agreement stands on another version of its licence from now on. */
  void standOn(Agreement agreement, LicenceVersionId licence, String textSha256) {
    int changed =
        jdbc.sql(
                """
                update agreement
                set licence_version_id = :licence, text_sha256 = :text, version = version + 1
                where territory_id = :territory and id = :id and version = :version
                """)
            .param("licence", licence.toString())
            .param("text", textSha256)
            .param("territory", agreement.territory().toString())
            .param("id", agreement.id().toString())
            .param("version", agreement.version())
            .update();
    if (changed != 1) {
      throw RefusedException.of(ProblemType.STALE_VERSION);
    }
  }

  /** Those that the caller may see, newest first. */
  Page<Agreement> list(Caller caller, Optional<TerritoryId> territory, PageAsk ask) {
    NewestFirst<Agreement> page =
        new NewestFirst<>(
            jdbc,
            "select " + COLUMNS + " from agreement r",
            Agreements::read,
            agreement -> agreement.id().toString(),
            ask);
    Visibility.gather(page, caller, "", territory);
    return page.page();
  }

  /** Those whose last day is past and that are not marked so, for the clock. */
  List<Agreement> ended(Instant now, int most) {
    return endingBefore(now, "1 = 1", Map.of(), most);
  }

  /** Those that end before a moment and whose reuser was not told so, for the clock. */
  List<Agreement> endingBefore(Instant until, String notice, int most) {
    return endingBefore(
        until,
        """
        not exists (
          select 1 from agreement_notice n
          where n.agreement_id = r.id and n.territory_id = r.territory_id and n.kind = :notice)
        """,
        Map.of("notice", notice),
        most);
  }

  private List<Agreement> endingBefore(
      Instant until, String condition, Map<String, Object> parameters, int most) {
    return jdbc.sql(
            """
            select %s from agreement r
            where r.status in ('active', 'suspended') and r.valid_until <= :until and %s
            order by r.valid_until
            limit :most
            """
                .formatted(COLUMNS, condition))
        .params(parameters)
        .param("until", UtcTimes.column(until))
        .param("most", most)
        .query(Agreements::read)
        .list();
  }

  /**
   * An agreement of which a newer version of its licence asks to be accepted.
   *
   * @param number of the newest version that asks
   * @param by until when
   */
  record Asked(Agreement agreement, int number, Instant by) {}

  /** Those whose reusers were not told yet that a version asks to be accepted, for the clock. */
  List<Asked> asked(Instant now, int most) {
    return jdbc.sql(
            """
            select %s, n.number as asking, n.reaccept_by
            from agreement r
              join licence_version v on v.id = r.licence_version_id
              join licence_version n on n.licence_id = v.licence_id and n.number > v.number
            where n.reaccept_by is not null and n.effective_at <= :now
              and r.status in ('active', 'suspended')
              and (r.valid_until is null or r.valid_until > :now)
              and not exists (
                select 1 from agreement_notice t
                where t.agreement_id = r.id and t.territory_id = r.territory_id
                  and t.kind = concat('accept-', n.number))
            order by r.id
            limit :most
            """
                .formatted(COLUMNS))
        .param("now", UtcTimes.column(now))
        .param("most", most)
        .query(
            (row, n) ->
                new Asked(
                    read(row, n),
                    row.getInt("asking"),
                    UtcTimes.read(row, "reaccept_by").orElseThrow()))
        .list();
  }

  /** Marks one that is past its last day as expired; false where somebody else did. */
  boolean endedAt(Agreement agreement, Instant now) {
    return jdbc.sql(
                """
                update agreement
                set status = 'expired', in_force_of = null, ended_at = :now, version = version + 1
                where territory_id = :territory and id = :id
                  and status in ('active', 'suspended') and valid_until <= :now
                """)
            .param("now", UtcTimes.column(now))
            .param("territory", agreement.territory().toString())
            .param("id", agreement.id().toString())
            .update()
        == 1;
  }

  /** An agreement, for the house itself. */
  Agreement find(AgreementId id) {
    return jdbc.sql("select " + COLUMNS + " from agreement r where r.id = :id")
        .param("id", id.toString())
        .query(Agreements::read)
        .single();
  }

  /** Remembers that a notice was given; false where it was given before. */
  boolean noticed(Agreement agreement, String notice, Instant now) {
    try {
      jdbc.sql(
              """
              insert into agreement_notice (agreement_id, kind, territory_id, told_at)
              values (:agreement, :kind, :territory, :now)
              """)
          .param("agreement", agreement.id().toString())
          .param("kind", notice)
          .param("territory", agreement.territory().toString())
          .param("now", UtcTimes.column(now))
          .update();
      return true;
    } catch (DuplicateKeyException e) {
      return false;
    }
  }

  /**
   * Changes its status, from the one in which it was found. Where one that was to follow on another
   * is revoked, that other is the one in force again, to its own end.
   *
   * @refuses stale-version when somebody was faster
   */
  void setStatus(
      Agreement agreement, AgreementStatus status, Optional<String> ground, Optional<String> note) {
    boolean goesOn = status == AgreementStatus.ACTIVE || status == AgreementStatus.SUSPENDED;
    Optional<String> inForceOf = goesOn ? Optional.empty() : inForceOf(agreement);
    int changed =
        jdbc.sql(
                """
                update agreement
                set status = :status, ground = :ground, note = :note, version = version + 1,
                  in_force_of = case when :goesOn = 1 then in_force_of else null end
                where territory_id = :territory and id = :id and status = :before
                  and version = :version
                """)
            .param("status", status.word())
            .param("goesOn", goesOn ? 1 : 0)
            .param("ground", ground.orElse(null))
            .param("note", note.orElse(null))
            .param("territory", agreement.territory().toString())
            .param("id", agreement.id().toString())
            .param("before", agreement.status().word())
            .param("version", agreement.version())
            .update();
    if (changed != 1) {
      throw RefusedException.of(ProblemType.STALE_VERSION);
    }
    if (inForceOf.isPresent() && agreement.renews().isPresent()) {
      standAgain(agreement.territory(), agreement.renews().get(), inForceOf.get());
    }
  }

  private Optional<String> inForceOf(Agreement agreement) {
    return jdbc.sql(
            """
            select in_force_of from agreement
            where territory_id = :territory and id = :id and in_force_of is not null
            """)
        .param("territory", agreement.territory().toString())
        .param("id", agreement.id().toString())
        .query(String.class)
        .optional();
  }

  private void standAgain(TerritoryId territory, AgreementId renewed, String inForceOf) {
    jdbc.sql(
            """
            update agreement set in_force_of = :inForceOf
            where territory_id = :territory and id = :id and status in ('active', 'suspended')
              and valid_until > :now
            """)
        .param("inForceOf", inForceOf)
        .param("territory", territory.toString())
        .param("id", renewed.toString())
        .param("now", UtcTimes.column(clock.instant()))
        .update();
  }

  private static HeldAgreement held(ResultSet row, Set<DatasetId> datasets) throws SQLException {
    return new HeldAgreement(
        AgreementId.of(row.getString("id")),
        new AgreementNumber(row.getString("number")),
        TerritoryId.of(row.getString("territory_id")),
        HolderId.of(row.getString("holder_id")),
        ApplicationId.of(row.getString("application_id")),
        OfferId.of(row.getString("offer_id")),
        LicenceVersionId.of(row.getString("licence_version_id")),
        datasets,
        AgreementStatus.of(row.getString("status")),
        PurposeList.read(row.getString("purposes")),
        PurposeList.read(row.getString("purposes_closed")),
        UtcTimes.read(row, "valid_from").orElseThrow(),
        UtcTimes.read(row, "valid_until"),
        row.getString("mask_key"),
        Optional.ofNullable(row.getString("tier")).map(TierColumn::read));
  }

  private static Agreement read(ResultSet row, int number) throws SQLException {
    return new Agreement(
        AgreementId.of(row.getString("id")),
        new AgreementNumber(row.getString("number")),
        TerritoryId.of(row.getString("territory_id")),
        HolderId.of(row.getString("holder_id")),
        OfferId.of(row.getString("offer_id")),
        AccessRequestId.of(row.getString("request_id")),
        ApplicationId.of(row.getString("application_id")),
        row.getString("owner_kind"),
        row.getString("owner_id"),
        ReuserKind.of(row.getString("reuser_kind")),
        PurposeList.read(row.getString("purposes")),
        LicenceVersionId.of(row.getString("licence_version_id")),
        row.getString("text_sha256"),
        UtcTimes.read(row, "granted_at").orElseThrow(),
        UtcTimes.read(row, "valid_from").orElseThrow(),
        UtcTimes.read(row, "valid_until"),
        AgreementStatus.of(row.getString("status")),
        Optional.ofNullable(row.getString("ground")),
        Optional.ofNullable(row.getString("note")),
        Optional.ofNullable(row.getString("tier")).map(TierColumn::read),
        Optional.ofNullable(row.getString("renews")).map(AgreementId::of),
        row.getLong("version"));
  }
}
