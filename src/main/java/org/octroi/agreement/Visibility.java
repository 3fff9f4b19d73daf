package org.octroi.agreement;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.octroi.identity.Applications;
import org.octroi.territory.PageAsk;
import org.octroi.vocabulary.Caller;
import org.octroi.vocabulary.HolderId;
import org.octroi.vocabulary.Id;
import org.octroi.vocabulary.Page;
import org.octroi.vocabulary.Role;
import org.octroi.vocabulary.TerritoryId;
import org.springframework.jdbc.core.RowMapper;
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
   * One part of what somebody may see. The parts are asked one by one, since an index gives each in
   * the order of ids, and no index gives all of them at once.
   *
   * @param condition on the table {@code r}
   * @param order what the index is ordered by, before the id
   * @param parameters of the condition
   * @param staff whether it is seen as staff
   */
  private record Part(
      String condition, String order, Map<String, Object> parameters, boolean staff) {}

  /**
   * A page of what the caller may see, newest first.
   *
   * @param select up to and with {@code from … r}
   * @param amongStaff a further condition on what is seen as staff; empty for none
   * @param territory only of this one
   */
  static <T> Page<T> page(
      JdbcClient jdbc,
      Caller caller,
      Applications applications,
      String select,
      String amongStaff,
      Optional<TerritoryId> territory,
      PageAsk ask,
      RowMapper<T> reader,
      Function<T, String> id) {
    Map<String, T> found = new LinkedHashMap<>();
    for (Part part : parts(caller, applications, territory)) {
      jdbc.sql(
              select
                  + " where "
                  + part.condition()
                  + (part.staff() && !amongStaff.isEmpty() ? " and " + amongStaff : "")
                  + (ask.after().isEmpty() ? "" : " and r.id < :after")
                  + " order by "
                  + part.order()
                  + " r.id desc limit :most")
          .params(part.parameters())
          .params(ask.after().isEmpty() ? Map.of() : Map.of("after", ask.after()))
          .param("most", ask.fetch())
          .query(reader)
          .list()
          .forEach(one -> found.put(id.apply(one), one));
    }
    return Page.of(
        found.entrySet().stream()
            .sorted(Map.Entry.<String, T>comparingByKey(Comparator.reverseOrder()))
            .map(Map.Entry::getValue)
            .limit(ask.fetch())
            .toList(),
        ask.limit(),
        id);
  }

  private static List<Part> parts(
      Caller caller, Applications applications, Optional<TerritoryId> territory) {
    List<Part> parts = new ArrayList<>();
    List<Caller.Grant> audits = audits(caller);
    if (audits.stream().anyMatch(grant -> grant.territory().isEmpty())) {
      parts.add(
          territory
              .map(Visibility::ofTerritory)
              .orElseGet(() -> new Part("1 = 1", "", Map.of(), true)));
    }
    for (Caller.Grant grant : audits) {
      grant
          .territory()
          .filter(t -> territory.isEmpty() || territory.get().equals(t))
          .ifPresent(t -> parts.add(ofTerritory(t)));
    }
    for (Caller.Grant grant : caller.holderGrants(Role.HOLDER_REVIEWER)) {
      TerritoryId in = grant.territory().orElseThrow();
      if (territory.isEmpty() || territory.get().equals(in)) {
        parts.add(ofHolder(in, grant.holder().orElseThrow()));
      }
    }
    Collection<? extends Id> own = applications.idsOwnedBy(caller);
    if (!own.isEmpty()) {
      Map<String, Object> parameters = new LinkedHashMap<>();
      parameters.put("applications", texts(own));
      territory.ifPresent(t -> parameters.put("territory", t.toString()));
      parts.add(
          new Part(
              OWN + (territory.isPresent() ? " and r.territory_id = :territory" : ""),
              "",
              parameters,
              false));
    }
    return parts;
  }

  private static Part ofTerritory(TerritoryId territory) {
    return new Part(
        "r.territory_id = :territory",
        "r.territory_id desc,",
        Map.of("territory", territory.toString()),
        true);
  }

  private static Part ofHolder(TerritoryId territory, HolderId holder) {
    return new Part(
        "r.territory_id = :territory and r.holder_id = :holder",
        "r.territory_id desc, r.holder_id desc,",
        Map.of("territory", territory.toString(), "holder", holder.toString()),
        true);
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
