package org.octroi.agreement;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.octroi.identity.Applications;
import org.octroi.vocabulary.Caller;
import org.octroi.vocabulary.HolderId;
import org.octroi.vocabulary.Id;
import org.octroi.vocabulary.Role;
import org.octroi.vocabulary.TerritoryId;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Which requests and agreements somebody may see, as a condition of the query itself: those of
 * their own applications in every territory, those of the holders that they review for, and what an
 * auditor reads. What can't be seen is not there.
 *
 * @param applications ids of their own
 * @param territories ids of the territories of those holders
 * @param holders ids of the holders that they review for
 * @param audited ids of the territories that they audit
 * @param everything 1 for an auditor of the instance, else 0
 */
record Visibility(
    List<String> applications,
    List<String> territories,
    List<String> holders,
    List<String> audited,
    int everything) {

  /** For a table {@code r} with the columns application_id, territory_id and holder_id. */
  static final String OWN = "r.application_id in (:applications)";

  /** The same, for what staff may see. */
  static final String STAFF =
      """
      ((r.territory_id in (:territories) and r.holder_id in (:holders))
        or r.territory_id in (:audited) or 1 = :everything)
      """;

  static Visibility of(Caller caller, Applications applications) {
    List<Caller.Grant> reviewed = caller.holderGrants(Role.HOLDER_REVIEWER);
    List<Caller.Grant> audits = audits(caller);
    return new Visibility(
        texts(applications.idsOwnedBy(caller)),
        texts(reviewed.stream().map(Caller.Grant::territory).flatMap(Optional::stream).toList()),
        texts(reviewed.stream().map(Caller.Grant::holder).flatMap(Optional::stream).toList()),
        texts(audits.stream().map(Caller.Grant::territory).flatMap(Optional::stream).toList()),
        audits.stream().anyMatch(grant -> grant.territory().isEmpty()) ? 1 : 0);
  }

  JdbcClient.StatementSpec on(JdbcClient.StatementSpec statement) {
    return statement
        .param("applications", applications)
        .param("territories", territories)
        .param("holders", holders)
        .param("audited", audited)
        .param("everything", everything);
  }

  /**
   * Gathers what the caller may see, of a table with the column owner_id too.
   *
   * @param amongStaff a further condition on what is seen as staff; empty for none
   * @param territory only of this one
   */
  static void gather(
      NewestFirst<?> page, Caller caller, String amongStaff, Optional<TerritoryId> territory) {
    String staffOnly = amongStaff.isEmpty() ? "" : " and " + amongStaff;
    List<Caller.Grant> audits = audits(caller);
    if (audits.stream().anyMatch(grant -> grant.territory().isEmpty())) {
      territory.ifPresentOrElse(
          only -> ofTerritory(page, only, staffOnly),
          () -> page.gather("1 = 1" + staffOnly, "", Map.of()));
    }
    for (Caller.Grant grant : audits) {
      grant
          .territory()
          .filter(t -> territory.isEmpty() || territory.get().equals(t))
          .ifPresent(t -> ofTerritory(page, t, staffOnly));
    }
    for (Caller.Grant grant : caller.holderGrants(Role.HOLDER_REVIEWER)) {
      TerritoryId in = grant.territory().orElseThrow();
      if (territory.isEmpty() || territory.get().equals(in)) {
        ofHolder(page, in, grant.holder().orElseThrow(), staffOnly);
      }
    }
    String here = territory.isPresent() ? " and r.territory_id = :territory" : "";
    for (Id owner : owners(caller)) {
      Map<String, Object> parameters = new HashMap<>();
      parameters.put("owner", owner.toString());
      territory.ifPresent(t -> parameters.put("territory", t.toString()));
      page.gather("r.owner_id = :owner" + here, "r.owner_id desc,", parameters);
    }
  }

  private static List<Id> owners(Caller caller) {
    List<Id> owners = new ArrayList<>(caller.organisations());
    owners.add(caller.person());
    return owners;
  }

  /** What is of a territory. */
  static void ofTerritory(NewestFirst<?> page, TerritoryId territory, String more) {
    page.gather(
        "r.territory_id = :territory" + more,
        "r.territory_id desc,",
        Map.of("territory", territory.toString()));
  }

  /** What is a holder's. */
  static void ofHolder(NewestFirst<?> page, TerritoryId territory, HolderId holder, String more) {
    page.gather(
        "r.territory_id = :territory and r.holder_id = :holder" + more,
        "r.territory_id desc, r.holder_id desc,",
        Map.of("territory", territory.toString(), "holder", holder.toString()));
  }

  private static List<Caller.Grant> audits(Caller caller) {
    return caller.grants().stream().filter(grant -> grant.role() == Role.AUDITOR).toList();
  }

  /** Never empty, since SQL has no empty list; nothing has the empty id. */
  private static List<String> texts(Collection<? extends Id> ids) {
    List<String> texts = new ArrayList<>();
    texts.add("");
    ids.forEach(id -> texts.add(id.value().toString()));
    return texts;
  }
}
