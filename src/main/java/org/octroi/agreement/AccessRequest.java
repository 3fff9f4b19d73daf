package org.octroi.agreement;

import java.time.Instant;
import java.time.Period;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import org.octroi.offer.PublishedOffer;
import org.octroi.vocabulary.AccessRequestId;
import org.octroi.vocabulary.AgreementId;
import org.octroi.vocabulary.ApplicationId;
import org.octroi.vocabulary.HolderId;
import org.octroi.vocabulary.OfferId;
import org.octroi.vocabulary.PersonId;
import org.octroi.vocabulary.Purpose;
import org.octroi.vocabulary.TerritoryId;

/**
 * A reuser's ask for an offer.
 *
 * @param id its id
 * @param territory whose data is asked for
 * @param holder who decides
 * @param offer the version asked for
 * @param application the application that it is for; its owner is the reuser
 * @param applicant who asks
 * @param purposes what for
 * @param reuse the reuse in mind, in the applicant's words
 * @param answers to the questions of the offer's form, by the question's id
 * @param renews the agreement that it is to follow on
 * @param state where it is in its life
 * @param assignee the reviewer who is to look after it
 * @param acceptance the text accepted, once submitted
 * @param deadline by when the holder must answer, once submitted
 * @param waitingSince since when it is the applicant's turn
 * @param createdAt when the draft was made
 * @param closedAt when it came to its end
 * @param version grows with every change
 */
record AccessRequest(
    AccessRequestId id,
    TerritoryId territory,
    HolderId holder,
    OfferId offer,
    ApplicationId application,
    PersonId applicant,
    SortedSet<Purpose> purposes,
    String reuse,
    Map<String, Object> answers,
    Optional<AgreementId> renews,
    RequestState state,
    Optional<PersonId> assignee,
    Optional<Acceptance> acceptance,
    Optional<Deadline> deadline,
    Optional<Instant> waitingSince,
    Instant createdAt,
    Optional<Instant> closedAt,
    long version) {

  /** A draft of what is asked for, made now. */
  static AccessRequest draft(
      PublishedOffer offer,
      ApplicationId application,
      PersonId applicant,
      SortedSet<Purpose> purposes,
      String reuse,
      Map<String, Object> answers,
      Optional<AgreementId> renews,
      Instant now) {
    return new AccessRequest(
        AccessRequestId.create(),
        offer.territory(),
        offer.holder(),
        offer.id(),
        application,
        applicant,
        purposes,
        reuse,
        answers,
        renews,
        RequestState.DRAFT,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        now,
        Optional.empty(),
        1);
  }

  /**
   * By when the holder must answer.
   *
   * @param basis the name of the legal basis that the clock runs by
   * @param dueAt the first moment that is too late
   * @param pausedDays days that are not counted, since information was awaited
   * @param extension for how much longer than the basis says
   * @param extensionGround why
   * @param breachedAt when it was noticed that the term had passed without an answer
   */
  record Deadline(
      String basis,
      Instant dueAt,
      int pausedDays,
      Optional<Period> extension,
      Optional<String> extensionGround,
      Optional<Instant> breachedAt) {}
}
