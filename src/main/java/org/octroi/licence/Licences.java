package org.octroi.licence;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.octroi.audit.AuditTrail;
import org.octroi.problem.ProblemType;
import org.octroi.problem.PublicAddresses;
import org.octroi.problem.RefusedException;
import org.octroi.territory.CatalogueChanged;
import org.octroi.territory.Kept;
import org.octroi.territory.PageAsk;
import org.octroi.territory.Territory;
import org.octroi.vocabulary.Actor;
import org.octroi.vocabulary.Bilingual;
import org.octroi.vocabulary.LicenceId;
import org.octroi.vocabulary.LicenceVersionId;
import org.octroi.vocabulary.Page;
import org.octroi.vocabulary.Slug;
import org.octroi.vocabulary.TerritoryId;
import org.octroi.vocabulary.UtcTimes;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
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
      "l.id, l.name, l.territory_id, l.spdx, l.title_fr, l.title_en, l.address";
  private static final String VERSION =
      LICENCE
          + ", v.id as version_id, v.number, v.authoritative, v.text_sha256, v.terms,"
          + " v.published_at";

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
        new Named(name, Optional.empty(), title, Optional.of(address)));
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
            new Named(draft.name(), draft.spdx(), draft.title(), draft.address()));
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
    LicenceVersionId id = LicenceVersionId.create();
    jdbc.sql(
            """
            insert into licence_version
              (id, licence_id, number, text_fr, text_en, authoritative, text_sha256, terms, published_at)
            values (:id, :licence, :number, :fr, :en, :authoritative, :sha256, :terms, :now)
            """)
        .param("id", id.toString())
        .param("licence", licence.toString())
        .param("number", draft.number())
        .param("fr", draft.texts().fr().orElse(null))
        .param("en", draft.texts().en().orElse(null))
        .param("authoritative", draft.texts().authoritative())
        .param("sha256", draft.texts().sha256())
        .param("terms", JSON.writeValueAsString(draft.terms()))
        .param("now", UtcTimes.column(clock.instant()))
        .update();
    tell(by, "licence.published", territory, draft, id);
    return new Kept<>(version(id).orElseThrow(), Kept.Outcome.ADDED);
  }

  /** A licence, whatever its versions say. */
  private record Named(
      String name, Optional<String> spdx, Bilingual title, Optional<String> address) {}

  private boolean keepLicence(
      Optional<Licence> before, LicenceId id, Optional<TerritoryId> territory, Named named) {
    if (before.isEmpty()) {
      jdbc.sql(
              """
              insert into licence (id, territory_id, name, spdx, title_fr, title_en, address, created_at)
              values (:id, :territory, :name, :spdx, :fr, :en, :address, :now)
              """)
          .param("id", id.toString())
          .param("territory", territory.map(TerritoryId::toString).orElse(null))
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
    trail.record(
        by,
        action,
        territory,
        "licence-version",
        id.toString(),
        Map.of(
            "licence",
            draft.name(),
            "number",
            Integer.toString(draft.number()),
            "textSha256",
            draft.texts().sha256()));
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
        UtcTimes.instant(row.getObject("published_at", LocalDateTime.class)));
  }
}
