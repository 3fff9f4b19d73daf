package org.octroi.agreement;

import org.octroi.identity.Organisations;
import org.octroi.identity.Owner;
import org.octroi.identity.RegisteredApplication;
import org.octroi.problem.ProblemType;
import org.octroi.problem.RefusedException;
import org.octroi.vocabulary.Caller;
import org.octroi.vocabulary.HolderId;
import org.octroi.vocabulary.OrganisationId;
import org.springframework.stereotype.Component;

/** Who may decide for a holder: its reviewers, and none of them for themselves. */
@Component
class Reviewing {

  private final Organisations organisations;

  Reviewing(Organisations organisations) {
    this.organisations = organisations;
  }

  /**
   * Goes on where the caller may decide on what concerns this application.
   *
   * @refuses forbidden when the caller is no reviewer of the holder
   * @refuses reviewer-conflict when the reviewer is the reuser, or belongs to its organisation or
   *     to one with the same SIREN
   */
  void check(Caller by, HolderId holder, RegisteredApplication application) {
    if (!by.mayReview(holder)) {
      throw RefusedException.of(ProblemType.FORBIDDEN, "to decide for this holder");
    }
    if (application.owner().includes(by) || sharesSiren(application.owner(), by)) {
      throw RefusedException.of(ProblemType.REVIEWER_CONFLICT);
    }
  }

  /** One organisation may be registered twice: its members are on its side by either. */
  private boolean sharesSiren(Owner owner, Caller by) {
    return switch (owner) {
      case Owner.OfPerson person -> false;
      case Owner.OfOrganisation(OrganisationId organisation) ->
          organisations.sharesSiren(organisation, by.organisations());
    };
  }
}
