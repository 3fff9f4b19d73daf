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
 * @param territory the offer's territory
 * @param holder the offer's holder, who decides
 * @param offer the version asked for
 * @param application what it is for; its owner is the reuser
 * @param applicant who asks
 * @param purposes why, as asked for
 * @param reuse what is to come of it, in the applicant's words
 * @param state where it is
 * @param acceptedTextSha256 the hash of the text that was accepted, once submitted
 * @param legalBasis what it is answered under, once submitted to a reviewer
 * @param createdAt when it was begun
 * @param submittedAt when it was submitted
 * @param dueAt by when the holder must answer
 * @param decidedAt when it came to its end
 * @param version counts its changes
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
    Optional<String> acceptedTextSha256,
    Optional<LegalBasis> legalBasis,
    Instant createdAt,
    Optional<Instant> submittedAt,
    Optional<Instant> dueAt,
    Optional<Instant> decidedAt,
    long version) {}
