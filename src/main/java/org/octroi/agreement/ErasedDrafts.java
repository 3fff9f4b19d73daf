package org.octroi.agreement;

import java.time.Clock;
import org.octroi.identity.PersonErased;
import org.octroi.vocabulary.UtcTimes;
import org.springframework.context.event.EventListener;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Lets go of what somebody whose account is erased wrote down and never sent. What was sent to a
 * public body is on its record, for as long as the law has it keep it.
 */
@Component
class ErasedDrafts {

  private final JdbcClient jdbc;
  private final Clock clock;

  ErasedDrafts(JdbcClient jdbc, Clock clock) {
    this.jdbc = jdbc;
    this.clock = clock;
  }

  @EventListener
  void on(PersonErased erased) {
    // By owner, in all territories: a person's own drafts lie wherever they meant to send them.
    jdbc.sql(
            """
            update access_request
            set status = :withdrawn, reuse = '-', answers = null, closed_at = :now,
                version = version + 1
            where owner_id = :person and status = :draft
            """)
        .param("withdrawn", RequestState.WITHDRAWN.word())
        .param("draft", RequestState.DRAFT.word())
        .param("now", UtcTimes.column(clock.instant()))
        .param("person", erased.person().toString())
        .update();
  }
}
