package org.octroi.licence;

import java.time.Clock;
import org.octroi.problem.ProblemType;
import org.octroi.problem.Refusal;
import org.octroi.problem.RefusedException;
import org.octroi.territory.Holder;
import org.octroi.territory.Holders;
import org.octroi.territory.Territory;
import org.octroi.vocabulary.Caller;
import org.octroi.vocabulary.Slug;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Begins the first draft of a holder's own licence. Nobody but the holder's staff and auditors
 * knows of it until it is published.
 *
 * @refuses invalid-field when the territory has no such holder
 * @refuses forbidden when the caller is no editor of the holder
 * @refuses conflict when the territory has a licence, or the draft of one, of this name
 */
@Component
@Transactional
class BeginLicence {

  private final WorkingDrafts drafts;
  private final Licences licences;
  private final Holders holders;
  private final Clock clock;

  BeginLicence(WorkingDrafts drafts, Licences licences, Holders holders, Clock clock) {
    this.drafts = drafts;
    this.licences = licences;
    this.holders = holders;
    this.clock = clock;
  }

  WorkingDraft handle(
      Territory territory, String holder, Slug slug, WorkingDraft.Content content, Caller by) {
    Holder writer =
        holders
            .find(territory.id(), holder)
            .filter(found -> found.retiredAt().isEmpty())
            .orElseThrow(
                () ->
                    new RefusedException(
                        Refusal.field("/holder", "must be a holder of this territory")));
    if (!by.mayEdit(writer.id())) {
      throw RefusedException.of(ProblemType.FORBIDDEN);
    }
    String name = Licences.ownName(territory.slug(), slug);
    if (licences.find(name).isPresent()) {
      throw RefusedException.of(ProblemType.CONFLICT, name + " is there");
    }
    return drafts.begin(
        new WorkingDraft(name, territory.id(), writer.id(), 0, content, clock.instant(), 1), by);
  }
}
