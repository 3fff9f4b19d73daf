package org.octroi.licence;

import org.octroi.identity.web.ExpectedVersion;
import org.octroi.vocabulary.Caller;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Writes a draft anew, in whatever state its text and terms are: what disagrees is told, and
 * refused only at its publication.
 *
 * @refuses not-found when there is no draft that the caller may see
 * @refuses forbidden when they are no editor of its holder
 * @refuses stale-version when it was changed after the version named in {@code If-Match}
 */
@Component
@Transactional
class ReviseDraft {

  private final WorkingDrafts drafts;

  ReviseDraft(WorkingDrafts drafts) {
    this.drafts = drafts;
  }

  WorkingDraft handle(
      String name, WorkingDraft.Content content, ExpectedVersion expected, Caller by) {
    WorkingDraft held = drafts.hold(name, by);
    expected.check(held.version());
    return drafts.revise(held, content, by);
  }
}
