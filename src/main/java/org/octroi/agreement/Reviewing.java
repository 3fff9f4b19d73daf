package org.octroi.agreement;

import org.octroi.identity.RegisteredApplication;
import org.octroi.problem.ProblemType;
import org.octroi.problem.RefusedException;
import org.octroi.vocabulary.Caller;
import org.octroi.vocabulary.HolderId;

/** Who may decide for a holder: its reviewers, and none of them for themselves. */
final class Reviewing {

  private Reviewing() {}

  /**
   * Goes on where the caller may decide on what concerns this application.
   *
   * @refuses forbidden when the caller is no reviewer of the holder
   * @refuses reviewer-conflict when the reviewer is the reuser, or belongs to its organisation
   */
  static void check(Caller by, HolderId holder, RegisteredApplication application) {
    if (!by.mayReview(holder)) {
      throw RefusedException.of(ProblemType.FORBIDDEN, "to decide for this holder");
    }
    if (application.owner().includes(by)) {
      throw RefusedException.of(ProblemType.REVIEWER_CONFLICT);
    }
  }
}
