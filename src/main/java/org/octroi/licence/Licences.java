package org.octroi.licence;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.octroi.audit.AuditTrail;
import org.octroi.entitlement.Snapshot;
import org.octroi.problem.ProblemType;
import org.octroi.problem.PublicAddresses;
import org.octroi.problem.RefusedException;
import org.octroi.territory.CatalogueChanged;
import org.octroi.territory.Kept;
import org.octroi.territory.PageAsk;
import org.octroi.territory.Territory;
import org.octroi.vocabulary.Actor;
import org.octroi.vocabulary.Bilingual;
import org.octroi.vocabulary.HolderId;
import org.octroi.vocabulary.LicenceId;
import org.octroi.vocabulary.LicenceVersionId;
import org.octroi.vocabulary.Page;
import org.octroi.vocabulary.Slug;
import org.octroi.vocabulary.TerritoryId;
import org.octroi.vocabulary.UtcTimes;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.databind.json.JsonMapper;

/**
 * The licences that come with Octroi and those of each territory. Licences are public reading, and
 * a name says whose a licence is, so reading by name needs no territory. Safe for use by many
 * threads.
 */
@Service
public class Licences {

  /** Jackson's defaults, so that what is stored does not follow the API's settings. */
  private static final JsonMapper JSON = JsonMapper.shared();

  private static final String LICENCE =
      "l.id, l.name, l.territory_id, l.holder_id, l.spdx, l.title_fr, l.title_en, l.address";
  private static final String VERSION =
      LICENCE
          + ", v.id as version_id, v.number, v.authoritative, v.text_sha256, v.terms,"
          + " v.published_at, v.effective_at, v.reaccept_by, v.note";

  private final JdbcClient jdbc;
  private final AuditTrail trail;
  private final ApplicationEventPublisher events;
  private final Clock clock;
  private final String desk;

  Licences(
      JdbcClient jdbc,
      AuditTrail trail,
      ApplicationEventPublisher events,
      Clock clock,
      PublicAddresses addresses) {
    this.jdbc = jdbc;
    this.trail = trail;
    this.events = events;
    this.clock = clock;
    this.desk = addresses.desk().publicUrl();
  }

  /** The name in addresses of a territory's own licence. */
  public static String ownName(Slug territory, Slug licence) {
    return territory + ":" + licence;
  }

  /** The licence of this name; any text may be asked for. */
  public Optional<Licence> find(String name) {
    return jdbc.sql("select " + LICENCE + " from licence l where l.name = :name")
        .param("name", name)
        .query(this::readLicence)
        .optional();
  }

  /** A page of them, by name. */
  public Page<Licence> list(PageAsk ask) {
    return Page.of(
        jdbc.sql(
                """
                select %s from licence l
                where l.name > :after
                order by l.name
                limit :most
                """
                    .formatted(LICENCE))
            .param("after", ask.after())
            .param("most", ask.fetch())
            .query(this::readLicence)
            .list(),
        ask.limit(),
        Licence::name);
  }

  /** The names of those that come with Octroi. */
  public List<String> builtInNames() {
    return jdbc.sql("select name from licence where territory_id is null order by name")
        .query((row, number) -> row.getString("name"))
        .list();
  }

  /** The versions of a licence, newest first. */
  public List<LicenceVersion> versions(LicenceId licence) {
    return jdbc.sql(
            """
            select %s from licence_version v join licence l on l.id = v.licence_id
            where v.licence_id = :licence
            order by v.number desc
            """
                .formatted(VERSION))
        .param("licence", licence.toString())
        .query(this::readVersion)
        .list();
  }

  /** One version of the licence of this name. */
  public Optional<LicenceVersion> version(String name, int number) {
    return jdbc.sql(
            """
            select %s from licence_version v join licence l on l.id = v.licence_id
            where l.name = :name and v.number = :number
            """
                .formatted(VERSION))
        .param("name", name)
        .param("number", number)
        .query(this::readVersion)
        .optional();
  }

  /** The newest version of the licence of this name. */
  public Optional<LicenceVersion> newest(String name) {
    return jdbc.sql(
            """
            select %s from licence_version v join licence l on l.id = v.licence_id
            where l.name = :name
            order by v.number desc
            limit 1
            """
                .formatted(VERSION))
        .param("name", name)
        .query(this::readVersion)
        .optional();
  }

  /**
   * The version that is the text of the licence of this name now: the newest whose date has come.
   */
  public Optional<LicenceVersion> inEffect(String name) {
    return jdbc.sql(
            """
            select %s from licence_version v join licence l on l.id = v.licence_id
            where l.name = :name and v.effective_at <= :now
            order by v.number desc
            limit 1
            """
                .formatted(VERSION))
        .param("name", name)
        .param("now", UtcTimes.column(clock.instant()))
        .query(this::readVersion)
        .optional();
  }

  /**
   * What who accepted this version is asked to accept now; empty where it is nothing. Once they
   * have, this asked of the version that they accepted is empty, until another asks.
   */
  public Optional<Reacceptance> asked(LicenceVersionId accepted) {
    Instant now = clock.instant();
    List<LicenceVersion> newer =
        jdbc.sql(
                """
                select %s from licence_version v join licence l on l.id = v.licence_id
                  join licence_version a on a.licence_id = v.licence_id and a.number < v.number
                where a.id = :accepted and v.effective_at <= :now
                order by v.number
                """
                    .formatted(VERSION))
            .param("accepted", accepted.toString())
            .param("now", UtcTimes.column(now))
            .query(this::readVersion)
            .list();
    return newer.stream()
        .flatMap(version -> version.reacceptBy().stream())
        .min(Comparator.naturalOrder())
        .map(by -> new Reacceptance(newer.getLast(), by));
  }

  /**
   * Of which of these versions a newer one asks to be accepted, now or later: what the gates must
   * know of agreements that stand on them.
   */
  public Map<LicenceVersionId, Snapshot.Reacceptance> reacceptances(
      Collection<LicenceVersionId> accepted) {
    if (accepted.isEmpty()) {
      return Map.of();
    }
    Map<LicenceVersionId, List<Newer>> newer =
        jdbc
            .sql(
                """
                select a.id as accepted_id, v.number, v.text_sha256, v.effective_at, v.reaccept_by
                from licence_version a
                  join licence_version v on v.licence_id = a.licence_id and v.number > a.number
                where a.id in (:accepted)
                order by v.number
                """)
            .param("accepted", accepted.stream().map(LicenceVersionId::toString).toList())
            .query(Licences::readNewer)
            .list()
            .stream()
            .collect(Collectors.groupingBy(Newer::than));
    Map<LicenceVersionId, Snapshot.Reacceptance> asked = new HashMap<>();
    newer.forEach(
        (than, versions) ->
            versions.stream()
                .flatMap(version -> version.reacceptBy().stream())
                .min(Comparator.naturalOrder())
                .ifPresent(
                    by ->
                        asked.put(
                            than,
                            new Snapshot.Reacceptance(
                                by, versions.stream().map(Newer::version).toList()))));
    return asked;
  }

  /** A version that is newer than another. */
  private record Newer(
      LicenceVersionId than, Snapshot.NewerVersion version, Optional<Instant> reacceptBy) {}

  private static Newer readNewer(ResultSet row, int number) throws SQLException {
    return new Newer(
        LicenceVersionId.of(row.getString("accepted_id")),
        new Snapshot.NewerVersion(
            row.getInt("number"),
            row.getString("text_sha256"),
            UtcTimes.instant(row.getObject("effective_at", LocalDateTime.class))),
        UtcTimes.read(row, "reaccept_by"));
  }

  /** The ids of all versions of a licence. */
  public List<LicenceVersionId> versionIds(LicenceId licence) {
    return jdbc.sql("select id from licence_version where licence_id = :licence")
        .param("licence", licence.toString())
        .query((row, number) -> LicenceVersionId.of(row.getString("id")))
        .list();
  }

  /** The version with this id. */
  public Optional<LicenceVersion> version(LicenceVersionId id) {
    return jdbc.sql(
            """
            select %s from licence_version v join licence l on l.id = v.licence_id
            where v.id = :id
            """
                .formatted(VERSION))
        .param("id", id.toString())
        .query(this::readVersion)
        .optional();
  }

  /** The versions with these ids, by their ids. */
  public Map<LicenceVersionId, LicenceVersion> versions(Collection<LicenceVersionId> ids) {
    if (ids.isEmpty()) {
      return Map.of();
    }
    return jdbc
        .sql(
            """
            select %s from licence_version v join licence l on l.id = v.licence_id
            where v.id in (:ids)
            """
                .formatted(VERSION))
        .param("ids", ids.stream().map(LicenceVersionId::toString).distinct().toList())
        .query(this::readVersion)
        .list()
        .stream()
        .collect(Collectors.toUnmodifiableMap(LicenceVersion::id, Function.identity()));
  }

  /**
   * Whether French administrations may choose the licence of this name for free reuse without
   * having it approved first (CRPA, articles L323-2 and D323-2-1).
   */
  public boolean isOnFrenchList(String name) {
    return FrenchList.article(name).isPresent();
  }

  /** The texts of a version. */
  public Optional<LicenceTexts> texts(LicenceVersionId id) {
    return jdbc.sql("select text_fr, text_en, authoritative from licence_version where id = :id")
        .param("id", id.toString())
        .query(
            (row, number) ->
                new LicenceTexts(
                    Optional.ofNullable(row.getString("text_fr")),
                    Optional.ofNullable(row.getString("text_en")),
                    row.getString("authoritative")))
        .optional();
  }

  /**
   * Sees to it that a territory has published this version of its own licence.
   *
   * @param draft named as {@link #ownName} says
   * @refuses conflict when this version is published with another text or other terms, or its
   *     number is not the next
   */
  @Transactional
  public Kept<LicenceVersion> publish(Territory territory, LicenceDraft draft, Actor by) {
    if (!draft.name().startsWith(territory.slug() + ":")) {
      throw new IllegalArgumentException(draft.name() + " is no name of " + territory.slug());
    }
    return publish(Optional.of(territory.id()), draft, by);
  }

  /** Likewise for a licence that comes with Octroi. */
  @Transactional
  Kept<LicenceVersion> publishBuiltIn(LicenceDraft draft, Actor by) {
    return publish(Optional.empty(), draft, by);
  }

  /** Sees to it that a licence whose text is not at hand is known by its name and address. */
  @Transactional
  void keepWithoutText(String name, Bilingual title, String address) {
    Optional<Licence> before = find(name);
    keepLicence(
        before,
        before.map(Licence::id).orElseGet(LicenceId::create),
        Optional.empty(),
        new Named(name, Optional.empty(), Optional.empty(), title, Optional.of(address)));
  }

  /** Whether publishing the draft would be refused, because the version stands in another form. */
  public boolean contradicts(LicenceDraft draft) {
    return version(draft.name(), draft.number()).filter(v -> !sameAs(v, draft)).isPresent();
  }

  private Kept<LicenceVersion> publish(
      Optional<TerritoryId> territory, LicenceDraft draft, Actor by) {
    Optional<Licence> before = find(draft.name());
    LicenceId licence = before.map(Licence::id).orElseGet(LicenceId::create);
    boolean renamed =
        keepLicence(
            before,
            licence,
            territory,
            new Named(
                draft.name(), Optional.empty(), draft.spdx(), draft.title(), draft.address()));
    Optional<LicenceVersion> standing = version(draft.name(), draft.number());
    if (standing.isPresent()) {
      if (!sameAs(standing.get(), draft)) {
        throw RefusedException.of(
            ProblemType.CONFLICT, draft.name() + " version " + draft.number());
      }
      if (renamed) {
        tell(by, "licence.renamed", territory, draft, standing.get().id());
      }
      return new Kept<>(
          version(standing.get().id()).orElseThrow(),
          renamed ? Kept.Outcome.CHANGED : Kept.Outcome.UNCHANGED);
    }
    int next = newest(draft.name()).map(v -> v.number() + 1).orElse(1);
    if (draft.number() != next) {
      throw RefusedException.of(
          ProblemType.CONFLICT, draft.name() + " version " + draft.number() + ", not " + next);
    }
    Instant now = clock.instant();
    LicenceVersionId id =
        insert(
            licence,
            draft.number(),
            new Frozen(
                draft.texts(),
                draft.terms(),
                new Moments(now, now, Optional.empty()),
                Optional.empty()));
    tell(by, "licence.published", territory, draft, id);
    return new Kept<>(version(id).orElseThrow(), Kept.Outcome.ADDED);
  }

  /**
   * The moments of a version.
   *
   * @param publishedAt when it is frozen
   * @param effectiveAt from when on it is the licence's text
   * @param reacceptBy by when those who accepted an older version must have accepted it
   */
  record Moments(Instant publishedAt, Instant effectiveAt, Optional<Instant> reacceptBy) {}

  /**
   * Freezes a holder's draft as the next version of its licence.
   *
   * @param acknowledged the warnings that it is published against
   * @throws DuplicateKeyException when a charter published the same version at this moment
   */
  @Transactional(propagation = Propagation.MANDATORY)
  LicenceVersion freeze(
      WorkingDraft draft, LicenceTexts texts, Moments moments, Set<String> acknowledged, Actor by) {
    Optional<Licence> before = find(draft.name());
    LicenceId licence = before.map(Licence::id).orElseGet(LicenceId::create);
    keepLicence(
        before,
        licence,
        Optional.of(draft.territory()),
        new Named(
            draft.name(),
            Optional.of(draft.holder()),
            Optional.empty(),
            draft.content().title(),
            Optional.empty()));
    int number = draft.number();
    LicenceVersionId id =
        insert(
            licence,
            number,
            new Frozen(texts, draft.content().terms(), moments, draft.content().note()));
    Map<String, String> details = new HashMap<>();
    details.put("licence", draft.name());
    details.put("number", Integer.toString(number));
    details.put("textSha256", texts.sha256());
    details.put("effectiveAt", moments.effectiveAt().toString());
    moments.reacceptBy().ifPresent(moment -> details.put("reacceptBy", moment.toString()));
    if (!acknowledged.isEmpty()) {
      details.put("acknowledged", String.join(", ", acknowledged));
    }
    tell(by, "licence.published", Optional.of(draft.territory()), id, details);
    return version(id).orElseThrow();
  }

  /** What is written of a version, once. */
  private record Frozen(LicenceTexts texts, Terms terms, Moments moments, Optional<String> note) {}

  private LicenceVersionId insert(LicenceId licence, int number, Frozen version) {
    LicenceVersionId id = LicenceVersionId.create();
    jdbc.sql(
            """
            insert into licence_version
              (id, licence_id, number, text_fr, text_en, authoritative, text_sha256, terms,
               published_at, effective_at, reaccept_by, note)
            values (:id, :licence, :number, :fr, :en, :authoritative, :sha256, :terms, :now,
               :effective, :reaccept, :note)
            """)
        .param("id", id.toString())
        .param("licence", licence.toString())
        .param("number", number)
        .param("fr", version.texts().fr().orElse(null))
        .param("en", version.texts().en().orElse(null))
        .param("authoritative", version.texts().authoritative())
        .param("sha256", version.texts().sha256())
        .param("terms", JSON.writeValueAsString(version.terms()))
        .param("now", UtcTimes.column(version.moments().publishedAt()))
        .param("effective", UtcTimes.column(version.moments().effectiveAt()))
        .param("reaccept", version.moments().reacceptBy().map(UtcTimes::column).orElse(null))
        .param("note", version.note().orElse(null))
        .update();
    if (number > 1) {
      events.publishEvent(new LicenceVersionPublished(licence, id));
    }
    return id;
  }

  /** A licence, whatever its versions say. */
  private record Named(
      String name,
      Optional<HolderId> holder,
      Optional<String> spdx,
      Bilingual title,
      Optional<String> address) {}

  private boolean keepLicence(
      Optional<Licence> before, LicenceId id, Optional<TerritoryId> territory, Named named) {
    if (before.isEmpty()) {
      jdbc.sql(
              """
              insert into licence (id, territory_id, holder_id, name, spdx, title_fr, title_en, address, created_at)
              values (:id, :territory, :holder, :name, :spdx, :fr, :en, :address, :now)
              """)
          .param("id", id.toString())
          .param("territory", territory.map(TerritoryId::toString).orElse(null))
          .param("holder", named.holder().map(HolderId::toString).orElse(null))
          .param("name", named.name())
          .param("spdx", named.spdx().orElse(null))
          .param("fr", named.title().fr())
          .param("en", named.title().en())
          .param("address", named.address().orElse(null))
          .param("now", UtcTimes.column(clock.instant()))
          .update();
      return false;
    }
    String address = named.address().orElseGet(() -> ownAddress(named.name()));
    if (before.get().title().equals(named.title()) && before.get().address().equals(address)) {
      return false;
    }
    jdbc.sql(
            """
            update licence set title_fr = :fr, title_en = :en, address = :address
            where id = :id
            """)
        .param("id", id.toString())
        .param("fr", named.title().fr())
        .param("en", named.title().en())
        .param("address", named.address().orElse(null))
        .update();
    return true;
  }

  private boolean sameAs(LicenceVersion version, LicenceDraft draft) {
    return version.terms().equals(draft.terms())
        && texts(version.id()).filter(draft.texts()::equals).isPresent();
  }

  private void tell(
      Actor by,
      String action,
      Optional<TerritoryId> territory,
      LicenceDraft draft,
      LicenceVersionId id) {
    tell(
        by,
        action,
        territory,
        id,
        Map.of(
            "licence",
            draft.name(),
            "number",
            Integer.toString(draft.number()),
            "textSha256",
            draft.texts().sha256()));
  }

  private void tell(
      Actor by,
      String action,
      Optional<TerritoryId> territory,
      LicenceVersionId id,
      Map<String, String> details) {
    trail.record(by, action, territory, "licence-version", id.toString(), details);
    territory.ifPresent(t -> events.publishEvent(new CatalogueChanged(t)));
  }

  private String ownAddress(String name) {
    return desk + "/api/v1/licences/" + name;
  }

  private Licence readLicence(ResultSet row, int number) throws SQLException {
    String name = row.getString("name");
    return new Licence(
        LicenceId.of(row.getString("id")),
        name,
        Optional.ofNullable(row.getString("territory_id")).map(TerritoryId::of),
        Optional.ofNullable(row.getString("holder_id")).map(HolderId::of),
        Optional.ofNullable(row.getString("spdx")),
        new Bilingual(row.getString("title_fr"), row.getString("title_en")),
        Optional.ofNullable(row.getString("address")).orElseGet(() -> ownAddress(name)));
  }

  private LicenceVersion readVersion(ResultSet row, int number) throws SQLException {
    return new LicenceVersion(
        LicenceVersionId.of(row.getString("version_id")),
        readLicence(row, number),
        row.getInt("number"),
        row.getString("authoritative"),
        row.getString("text_sha256"),
        JSON.readValue(row.getString("terms"), Terms.class),
        UtcTimes.instant(row.getObject("published_at", LocalDateTime.class)),
        UtcTimes.instant(row.getObject("effective_at", LocalDateTime.class)),
        UtcTimes.read(row, "reaccept_by"),
        Optional.ofNullable(row.getString("note")));
  }
}
