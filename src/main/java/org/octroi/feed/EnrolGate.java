package org.octroi.feed;

import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import org.octroi.audit.AuditTrail;
import org.octroi.identity.OpaqueSecret;
import org.octroi.problem.ProblemType;
import org.octroi.problem.RefusedException;
import org.octroi.vocabulary.Caller;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Enrols a gate on another machine, and gives it a credential that is shown this once.
 *
 * @refuses forbidden when the caller does not run the instance
 */
@Component
@Transactional
class EnrolGate {

  private final EnrolledGates gates;
  private final Clock clock;
  private final AuditTrail trail;

  EnrolGate(EnrolledGates gates, Clock clock, AuditTrail trail) {
    this.gates = gates;
    this.clock = clock;
    this.trail = trail;
  }

  /** A gate with its credential, the only time that it is known outside. */
  record WithCredential(EnrolledGates.Gate gate, OpaqueSecret credential) {}

  WithCredential handle(String name, Caller by) {
    if (!by.isOperator()) {
      throw RefusedException.of(ProblemType.FORBIDDEN);
    }
    EnrolledGates.Gate gate =
        new EnrolledGates.Gate(
            GateId.create(),
            name,
            clock.instant().truncatedTo(ChronoUnit.MICROS),
            by.person(),
            Optional.empty());
    OpaqueSecret credential = OpaqueSecret.create(EnrolledGates.PREFIX);
    gates.add(gate, credential);
    trail.record(
        by.actor(),
        "gate.enrol",
        Optional.empty(),
        "gate",
        gate.id().toString(),
        Map.of("name", name));
    return new WithCredential(gate, credential);
  }
}
