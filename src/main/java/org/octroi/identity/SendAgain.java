package org.octroi.identity;

import java.util.Map;
import org.octroi.audit.AuditTrail;
import org.octroi.outbox.Delivery;
import org.octroi.outbox.MessageId;
import org.octroi.outbox.Outbox;
import org.octroi.problem.ProblemType;
import org.octroi.problem.RefusedException;
import org.octroi.vocabulary.Caller;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Tries a dead letter anew: any, for an operator; those of a territory, for its administrator.
 *
 * @refuses not-found when it is no dead letter, or none that the caller may see
 * @refuses forbidden when the caller may see it and change nothing
 */
@Component
@Transactional
class SendAgain {

  private final Outbox outbox;
  private final AuditTrail trail;

  SendAgain(Outbox outbox, AuditTrail trail) {
    this.outbox = outbox;
    this.trail = trail;
  }

  void handle(MessageId id, Caller by) {
    Delivery letter =
        outbox
            .deadLetter(id)
            .filter(dead -> by.mayAudit(dead.territory()))
            .orElseThrow(() -> RefusedException.of(ProblemType.NOT_FOUND, id.toString()));
    boolean may = by.isOperator() || letter.territory().filter(by::mayAdminister).isPresent();
    if (!may) {
      throw RefusedException.of(ProblemType.FORBIDDEN);
    }
    if (!outbox.sendAgain(id)) {
      throw RefusedException.of(ProblemType.NOT_FOUND, id.toString());
    }
    trail.record(
        by.actor(),
        "outbox.retry",
        letter.territory(),
        "message",
        id.toString(),
        Map.of("kind", letter.kind()));
  }
}
