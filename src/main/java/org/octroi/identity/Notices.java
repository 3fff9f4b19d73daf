package org.octroi.identity;

import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.octroi.outbox.Envelope;
import org.octroi.outbox.Hook;
import org.octroi.outbox.Letter;
import org.octroi.outbox.MessageId;
import org.octroi.outbox.Outbox;
import org.octroi.problem.PublicAddresses;
import org.octroi.vocabulary.Bilingual;
import org.octroi.vocabulary.HolderId;
import org.octroi.vocabulary.OrganisationId;
import org.octroi.vocabulary.PersonId;
import org.octroi.vocabulary.TerritoryId;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.databind.json.JsonMapper;

/**
 * Tells people what happened, in the transaction in which it happens: it stands on their notice
 * board at the desk, and goes by mail to those who want mail, in the language that they chose, and
 * to the webhooks that want its kind. Whoever is reached in two ways is told once. Safe for use by
 * many threads.
 */
@Component
public class Notices {

  private static final Bilingual FOOTER =
      new Bilingual(
          """


          --
          Vous recevez ce message parce que vous avez un compte sur %s
          Langue et envoi par courriel : PUT %s\
          """,
          """


          --
          You get this message because you have an account at %s
          Language and mail: PUT %s\
          """);

  private final JdbcClient jdbc;
  private final NoticeBoard board;
  private final Staff staff;
  private final Webhooks webhooks;
  private final Outbox outbox;
  private final PublicAddresses addresses;
  private final Clock clock;
  private final JsonMapper json;

  Notices(
      JdbcClient jdbc,
      NoticeBoard board,
      Staff staff,
      Webhooks webhooks,
      Outbox outbox,
      PublicAddresses addresses,
      Clock clock,
      JsonMapper json) {
    this.jdbc = jdbc;
    this.board = board;
    this.staff = staff;
    this.webhooks = webhooks;
    this.outbox = outbox;
    this.addresses = addresses;
    this.clock = clock;
    this.json = json;
  }

  private record Addressee(PersonId person, String email, Language language, boolean mailed) {}

  /** Tells these people, each once. */
  @Transactional(propagation = Propagation.MANDATORY)
  public void tellPeople(Collection<PersonId> people, Notice notice) {
    tell(new HashSet<>(people), Optional.empty(), notice);
  }

  /** Tells a person; or an organisation, which is its members and its webhooks. */
  @Transactional(propagation = Propagation.MANDATORY)
  public void tellOwner(Owner owner, Notice notice) {
    switch (owner) {
      case Owner.OfPerson(PersonId person) -> tell(Set.of(person), Optional.empty(), notice);
      case Owner.OfOrganisation(OrganisationId organisation) ->
          tell(members(organisation), Optional.of(organisation), notice);
    }
  }

  /** Tells those who decide on a holder's requests and agreements. */
  @Transactional(propagation = Propagation.MANDATORY)
  public void tellReviewers(TerritoryId territory, HolderId holder, Notice notice) {
    tellPeople(staff.reviewers(territory, holder), notice);
  }

  /** Tells those who look after a holder's stores, datasets and offers. */
  @Transactional(propagation = Propagation.MANDATORY)
  public void tellEditors(TerritoryId territory, HolderId holder, Notice notice) {
    tellPeople(staff.editors(territory, holder), notice);
  }

  private void tell(Set<PersonId> people, Optional<OrganisationId> organisation, Notice notice) {
    List<Addressee> addressees = addressees(people);
    Instant now = clock.instant();
    if (!addressees.isEmpty()) {
      board.put(notice, addressees.stream().map(Addressee::person).toList(), now);
    }
    for (Addressee addressee : addressees) {
      if (addressee.mailed()) {
        outbox.put(envelope(notice, addressee.person()), letter(notice, addressee));
      }
    }
    for (Webhook webhook :
        webhooks.of(addressees.stream().map(Addressee::person).toList(), organisation)) {
      if (webhook.kinds().include(notice.kind())) {
        call(webhook, notice, now);
      }
    }
  }

  /** Sends a notice to one webhook, whatever kinds it wants. */
  MessageId call(Webhook webhook, Notice notice, Instant now) {
    Envelope envelope =
        new Envelope(MessageId.create(), notice.kind(), notice.territory(), webhook.id());
    outbox.put(
        envelope,
        new Hook(webhook.url(), webhooks.secret(webhook.id()), body(envelope.id(), notice, now)));
    return envelope.id();
  }

  private static Envelope envelope(Notice notice, PersonId to) {
    return new Envelope(MessageId.create(), notice.kind(), notice.territory(), to);
  }

  private Letter letter(Notice notice, Addressee to) {
    return new Letter(
        to.email(),
        to.language().of(notice.title()),
        to.language().of(notice.text())
            + to.language()
                .of(FOOTER)
                .formatted(
                    addresses.desk().publicUrl(),
                    addresses.atDesk("/api/v1/me/notification-settings")));
  }

  /** The title and not the text: what names people stays with people. */
  private String body(MessageId id, Notice notice, Instant at) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("id", id.toString());
    body.put("kind", notice.kind());
    body.put("at", at.toString());
    body.put("territory", notice.territory().map(TerritoryId::toString).orElse(null));
    body.put("subject", Map.of("kind", notice.subjectKind(), "id", notice.subjectId()));
    body.put("title", notice.title());
    return json.writeValueAsString(body);
  }

  private List<Addressee> addressees(Set<PersonId> people) {
    if (people.isEmpty()) {
      return List.of();
    }
    return jdbc.sql(
            """
            select id, email, language, mailed from person
            where id in (:people) and status = 'active'
            order by id
            """)
        .param("people", people.stream().map(PersonId::toString).toList())
        .query(
            (row, n) ->
                new Addressee(
                    PersonId.of(row.getString("id")),
                    row.getString("email"),
                    Language.of(row.getString("language")),
                    row.getBoolean("mailed")))
        .list();
  }

  private Set<PersonId> members(OrganisationId organisation) {
    return jdbc.sql("select person_id from membership where organisation_id = :organisation")
        .param("organisation", organisation.toString())
        .query((row, n) -> PersonId.of(row.getString("person_id")))
        .set();
  }
}
