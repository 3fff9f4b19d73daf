package org.octroi.licence;

import java.time.Clock;
import java.util.Optional;
import org.octroi.problem.ProblemType;
import org.octroi.problem.RefusedException;
import org.octroi.vocabulary.Caller;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Begins the draft of the next version of a holder's licence, as the newest one says.
 *
 * @refuses not-found when there is no such licence
 * @refuses forbidden when the caller is no editor of the holder whose licence it is; those of a
 *     charter and those that come with Octroi are no holder's
 * @refuses conflict when it has a draft already
 */
@Component
@Transactional
class BeginNextVersion {

  private final WorkingDrafts drafts;
  private final Licences licences;
  private final Clock clock;

  BeginNextVersion(WorkingDrafts drafts, Licences licences, Clock clock) {
    this.drafts = drafts;
    this.licences = licences;
    this.clock = clock;
  }

  WorkingDraft handle(String name, Caller by) {
    LicenceVersion newest =
        licences.newest(name).orElseThrow(() -> RefusedException.of(ProblemType.NOT_FOUND, name));
    Licence licence = newest.licence();
    if (licence.holder().filter(by::mayEdit).isEmpty()) {
      throw RefusedException.of(ProblemType.FORBIDDEN);
    }
    LicenceTexts texts = licences.texts(newest.id()).orElseThrow();
    return drafts.begin(
        new WorkingDraft(
            name,
            licence.territory().orElseThrow(),
            licence.holder().orElseThrow(),
            newest.number(),
            new WorkingDraft.Content(
                licence.title(),
                newest.terms(),
                texts.fr(),
                texts.en(),
                texts.authoritative(),
                Optional.empty()),
            clock.instant(),
            1),
        by);
  }
}
