package org.octroi.licence;

import org.octroi.identity.web.ExpectedVersion;
import org.octroi.vocabulary.Caller;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Throws a draft away; what is published stays.
 *
 * @refuses not-found when there is no draft that the caller may see
 * @refuses forbidden when they are no editor of its holder
 * @refuses stale-version when it was changed after the version named in {@code If-Match}
 */
@Component
@Transactional
class DiscardDraft {

  private final WorkingDrafts drafts;

  DiscardDraft(WorkingDrafts drafts) {
    this.drafts = drafts;
  }

  void handle(String name, ExpectedVersion expected, Caller by) {
    WorkingDraft held = drafts.hold(name, by);
    expected.check(held.version());
    drafts.end(held);
    drafts.tell(by, "licence.draft-discarded", held);
  }
}
