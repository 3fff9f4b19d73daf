package org.octroi.agreement;

import java.time.Instant;
import java.util.Optional;
import java.util.SortedSet;
import org.octroi.vocabulary.AccessRequestId;
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
 * @param state where it is in its life
 * @param legalBasis the name of the basis that the clock runs by, once submitted
 * @param createdAt when the draft was made
 * @param submittedAt when the terms were accepted
 * @param dueAt the first moment that is too late for an answer
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
    RequestState state,
    Optional<String> legalBasis,
    Instant createdAt,
    Optional<Instant> submittedAt,
    Optional<Instant> dueAt,
    Optional<Instant> closedAt,
    long version) {}
