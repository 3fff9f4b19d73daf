package org.octroi.agreement;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.stream.Stream;
import org.octroi.audit.AuditTrail;
import org.octroi.catalogue.Dataset;
import org.octroi.identity.Owner;
import org.octroi.offer.Offers;
import org.octroi.offer.PublishedOffer;
import org.octroi.problem.ProblemType;
import org.octroi.problem.Refusal;
import org.octroi.problem.RefusedException;
import org.octroi.territory.Holder;
import org.octroi.territory.PageAsk;
import org.octroi.territory.Territory;
import org.octroi.vocabulary.Caller;
import org.octroi.vocabulary.Classification;
import org.octroi.vocabulary.DatasetId;
import org.octroi.vocabulary.HolderId;
import org.octroi.vocabulary.Id;
import org.octroi.vocabulary.OfferId;
import org.octroi.vocabulary.OrganisationId;
import org.octroi.vocabulary.Page;
import org.octroi.vocabulary.PersonId;
import org.octroi.vocabulary.Purpose;
import org.octroi.vocabulary.Role;
import org.octroi.vocabulary.TerritoryId;
import org.octroi.vocabulary.UtcTimes;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Asks for data that no offer covers yet. The holder answers with a ground, or makes an offer of
 * it; the law gives it as long as for any request. Safe for use by many threads.
 */
@Component
class DataDemands {

  private static final String COLUMNS =
      """
      select r.id, r.territory_id, r.holder_id, r.person_id, r.organisation_id, r.dataset_id,
        r.wanted, r.purposes, r.status, r.legal_basis, r.asked_at, r.due_at, r.answered_by,
        r.answered_at, r.ground, r.note, r.offer_id, r.version
      from data_demand r
      """;

  private final JdbcClient jdbc;
  private final LegalClock legal;
  private final Offers offers;
  private final AuditTrail trail;
  private final ApplicationEventPublisher events;
  private final Clock clock;

  DataDemands(
      JdbcClient jdbc,
      LegalClock legal,
      Offers offers,
      AuditTrail trail,
      ApplicationEventPublisher events,
      Clock clock) {
    this.jdbc = jdbc;
    this.legal = legal;
    this.offers = offers;
    this.trail = trail;
    this.events = events;
    this.clock = clock;
  }

  /** Where a demand is. */
  enum Status {
    /** The holder is to answer. */
    OPEN,
    /** The end: the holder said why it makes no offer. */
    ANSWERED,
    /** The end: an offer came of it. */
    OFFERED,
    /** The end: whoever asked took it back. */
    WITHDRAWN;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * A demand.
   *
   * @param owner who asks: a person, or an organisation that they act for
   * @param person who wrote it
   * @param dataset what it is about, where it is about a dataset that is there
   * @param wanted in their words
   * @param legalBasis the name of the basis that the clock runs by
   * @param ground why no offer is made
   * @param offer the offer that came of it
   */
  record Demand(
      String id,
      TerritoryId territory,
      HolderId holder,
      Owner owner,
      PersonId person,
      Optional<DatasetId> dataset,
      String wanted,
      SortedSet<Purpose> purposes,
      Status status,
      String legalBasis,
      Instant askedAt,
      Instant dueAt,
      Optional<Instant> answeredAt,
      Optional<String> ground,
      Optional<String> note,
      Optional<OfferId> offer,
      long version) {}

  /** Puts down what somebody asks for. */
  @Transactional
  Demand ask(
      Territory territory,
      Holder holder,
      Owner owner,
      Optional<Dataset> dataset,
      String wanted,
      SortedSet<Purpose> purposes,
      Caller by) {
    Instant now = clock.instant();
    LegalClock.Basis basis =
        legal.basis(
            holder.kind(),
            dataset.map(Dataset::classification).orElse(Classification.PUBLIC),
            LocalDate.ofInstant(now, territory.zone()));
    String id = Id.next().toString();
    jdbc.sql(
            """
            insert into data_demand
              (id, territory_id, holder_id, person_id, organisation_id, dataset_id, wanted,
               purposes, status, legal_basis, asked_at, due_at, version)
            values
              (:id, :territory, :holder, :person, :organisation, :dataset, :wanted,
               :purposes, 'open', :basis, :now, :due, 1)
            """)
        .param("id", id)
        .param("territory", territory.id().toString())
        .param("holder", holder.id().toString())
        .param("person", by.person().toString())
        .param("organisation", owner instanceof Owner.OfOrganisation of ? of.id() : null)
        .param("dataset", dataset.map(found -> found.id().toString()).orElse(null))
        .param("wanted", wanted)
        .param("purposes", PurposeList.column(purposes))
        .param("basis", basis.id())
        .param("now", UtcTimes.column(now))
        .param(
            "due",
            UtcTimes.column(LegalClock.dueAt(basis, now, territory.zone(), Optional.empty(), 0)))
        .update();
    record(territory.id(), id, "ask", Map.of("holder", holder.id().toString()), by);
    events.publishEvent(new DemandChanged(id, Status.OPEN));
    return find(id);
  }

  /**
   * The demand, if the caller may see it: whoever asked, the holder's staff, auditors.
   *
   * @refuses not-found when there is none that they may see
   */
  Demand see(String id, Caller caller) {
    return jdbc.sql(COLUMNS + "where r.id = :id")
        .param("id", id)
        .query(DataDemands::read)
        .optional()
        .filter(demand -> mayRead(demand, caller))
        .orElseThrow(() -> RefusedException.of(ProblemType.NOT_FOUND, id));
  }

  private static boolean mayRead(Demand demand, Caller caller) {
    return demand.owner().includes(caller)
        || mayAnswer(demand, caller)
        || caller.mayAudit(Optional.of(demand.territory()));
  }

  private static boolean mayAnswer(Demand demand, Caller caller) {
    return caller.mayReview(demand.holder()) || caller.mayEdit(demand.holder());
  }

  /** A demand, for the house itself. */
  Demand find(String id) {
    return jdbc.sql(COLUMNS + "where r.id = :id").param("id", id).query(DataDemands::read).single();
  }

  /** Those that the caller asked, for themselves or an organisation, and those of their holders. */
  Page<Demand> list(Caller caller, PageAsk ask) {
    NewestFirst<Demand> page = new NewestFirst<>(jdbc, COLUMNS, DataDemands::read, Demand::id, ask);
    page.gather(
        "r.person_id = :person and r.organisation_id is null",
        "",
        Map.of("person", caller.person().toString()));
    for (OrganisationId organisation : caller.organisations()) {
      page.gather(
          "r.organisation_id = :organisation", "", Map.of("organisation", organisation.toString()));
    }
    Stream.concat(
            caller.holderGrants(Role.HOLDER_REVIEWER).stream(),
            caller.holderGrants(Role.HOLDER_EDITOR).stream())
        .map(grant -> new Place(grant.territory().orElseThrow(), grant.holder().orElseThrow()))
        .distinct()
        .forEach(place -> Visibility.ofHolder(page, place.territory(), place.holder(), ""));
    if (caller.mayAudit(Optional.empty())) {
      page.gather("1 = 1", "", Map.of());
    }
    caller.auditedTerritories().forEach(territory -> Visibility.ofTerritory(page, territory, ""));
    return page.page();
  }

  private record Place(TerritoryId territory, HolderId holder) {}

  /**
   * Says why no offer is made of it.
   *
   * @refuses not-found when the caller can't see it
   * @refuses forbidden when the caller is no reviewer or editor of the holder
   * @refuses invalid-field when the ground is {@code other} and no note says which
   * @refuses conflict when it is answered already, or taken back
   */
  @Transactional
  Demand answer(String id, RefusalGround ground, Optional<String> note, Caller by) {
    Demand demand = answerable(id, by);
    if (ground == RefusalGround.OTHER && note.isEmpty()) {
      throw new RefusedException(Refusal.field("/note", "must say which other ground it is"));
    }
    return close(demand, Status.ANSWERED, Optional.of(ground.word()), note, Optional.empty(), by);
  }

  /**
   * Says which offer came of it.
   *
   * @refuses not-found when the caller can't see it
   * @refuses forbidden when the caller is no reviewer or editor of the holder
   * @refuses invalid-field when the offer is not one of the holder's that is in force
   * @refuses conflict when it is answered already, or taken back
   */
  @Transactional
  Demand offered(String id, OfferId offer, Optional<String> note, Caller by) {
    Demand demand = answerable(id, by);
    PublishedOffer made =
        offers
            .find(offer)
            .filter(found -> found.holder().equals(demand.holder()) && !found.withdrawn())
            .orElseThrow(
                () ->
                    new RefusedException(
                        Refusal.field("/offer", "must be an offer in force of this holder")));
    return close(demand, Status.OFFERED, Optional.empty(), note, Optional.of(made.id()), by);
  }

  /**
   * Takes it back.
   *
   * @refuses not-found when the caller can't see it
   * @refuses forbidden when it is not the caller's
   * @refuses conflict when it is answered already, or taken back
   */
  @Transactional
  Demand withdraw(String id, Caller by) {
    Demand demand = see(id, by);
    if (!demand.owner().includes(by)) {
      throw RefusedException.of(ProblemType.FORBIDDEN, "to act for whoever asked");
    }
    return close(
        demand, Status.WITHDRAWN, Optional.empty(), Optional.empty(), Optional.empty(), by);
  }

  private Demand answerable(String id, Caller by) {
    Demand demand = see(id, by);
    if (!mayAnswer(demand, by)) {
      throw RefusedException.of(ProblemType.FORBIDDEN, "to answer for this holder");
    }
    return demand;
  }

  private Demand close(
      Demand demand,
      Status status,
      Optional<String> ground,
      Optional<String> note,
      Optional<OfferId> offer,
      Caller by) {
    int closed =
        jdbc.sql(
                """
                update data_demand
                set status = :status, answered_by = :by, answered_at = :now, ground = :ground,
                  note = :note, offer_id = :offer, version = version + 1
                where territory_id = :territory and id = :id and status = 'open'
                """)
            .param("status", status.word())
            .param("by", by.person().toString())
            .param("now", UtcTimes.column(clock.instant()))
            .param("ground", ground.orElse(null))
            .param("note", note.orElse(null))
            .param("offer", offer.map(OfferId::toString).orElse(null))
            .param("territory", demand.territory().toString())
            .param("id", demand.id())
            .update();
    if (closed != 1) {
      throw RefusedException.of(
          ProblemType.CONFLICT, "the demand is " + find(demand.id()).status().word());
    }
    Map<String, String> details = new LinkedHashMap<>();
    details.put("status", status.word());
    ground.ifPresent(word -> details.put("ground", word));
    offer.ifPresent(made -> details.put("offer", made.toString()));
    record(demand.territory(), demand.id(), "close", details, by);
    events.publishEvent(new DemandChanged(demand.id(), status));
    return find(demand.id());
  }

  private void record(
      TerritoryId territory, String id, String deed, Map<String, String> details, Caller by) {
    trail.record(by.actor(), "demand." + deed, Optional.of(territory), "demand", id, details);
  }

  private static Demand read(ResultSet row, int number) throws SQLException {
    PersonId person = PersonId.of(row.getString("person_id"));
    Optional<String> organisation = Optional.ofNullable(row.getString("organisation_id"));
    return new Demand(
        row.getString("id"),
        TerritoryId.of(row.getString("territory_id")),
        HolderId.of(row.getString("holder_id")),
        organisation
            .<Owner>map(id -> new Owner.OfOrganisation(OrganisationId.of(id)))
            .orElseGet(() -> new Owner.OfPerson(person)),
        person,
        Optional.ofNullable(row.getString("dataset_id")).map(DatasetId::of),
        row.getString("wanted"),
        PurposeList.read(row.getString("purposes")),
        Status.valueOf(row.getString("status").toUpperCase(Locale.ROOT)),
        row.getString("legal_basis"),
        UtcTimes.read(row, "asked_at").orElseThrow(),
        UtcTimes.read(row, "due_at").orElseThrow(),
        UtcTimes.read(row, "answered_at"),
        Optional.ofNullable(row.getString("ground")),
        Optional.ofNullable(row.getString("note")),
        Optional.ofNullable(row.getString("offer_id")).map(OfferId::of),
        row.getLong("version"));
  }
}
