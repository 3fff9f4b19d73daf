package org.octroi.feed;

import java.util.Map;
import java.util.Optional;
import org.octroi.audit.AuditTrail;
import org.octroi.problem.ProblemType;
import org.octroi.problem.RefusedException;
import org.octroi.vocabulary.Caller;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Revokes a gate: its calls are refused from now on, and it stops as soon as it is told.
 *
 * @refuses forbidden when the caller does not run the instance
 * @refuses not-found when there is no such gate
 * @refuses conflict when it is revoked already
 */
@Component
@Transactional
class RevokeGate {

  private final EnrolledGates gates;
  private final LiveGates live;
  private final AuditTrail trail;

  RevokeGate(EnrolledGates gates, LiveGates live, AuditTrail trail) {
    this.gates = gates;
    this.live = live;
    this.trail = trail;
  }

  EnrolledGates.Gate handle(GateId id, Caller by) {
    if (!by.isOperator()) {
      throw RefusedException.of(ProblemType.FORBIDDEN);
    }
    if (gates.find(id).isEmpty()) {
      throw RefusedException.of(ProblemType.NOT_FOUND, id.toString());
    }
    if (!gates.revoke(id)) {
      throw RefusedException.of(ProblemType.CONFLICT, "this gate is revoked already");
    }
    trail.record(by.actor(), "gate.revoke", Optional.empty(), "gate", id.toString(), Map.of());
    TransactionSynchronizationManager.registerSynchronization(
        new TransactionSynchronization() {
          @Override
          public void afterCommit() {
            gates.forgetCredentials();
            live.turnAway(id);
          }
        });
    return gates.find(id).orElseThrow();
  }
}
