package org.octroi.identity;

import org.octroi.identity.web.ExpectedVersion;
import org.octroi.problem.ProblemType;
import org.octroi.problem.RefusedException;
import org.octroi.vocabulary.ApplicationId;
import org.octroi.vocabulary.Caller;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Lets a suspended application act again.
 *
 * @refuses not-found when the caller neither owns it nor is an operator
 * @refuses conflict when it is active
 * @refuses forbidden when an operator suspended it and the caller is none
 * @refuses stale-version when it was changed after the version named in {@code If-Match}
 */
@Component
@Transactional
class ResumeApplication {

  private final ApplicationSwitch onOff;

  ResumeApplication(ApplicationSwitch onOff) {
    this.onOff = onOff;
  }

  RegisteredApplication handle(ApplicationId id, ExpectedVersion expected, Caller by) {
    RegisteredApplication before = onOff.find(id, by);
    expected.check(before.version());
    if (before.active()) {
      throw RefusedException.of(ProblemType.CONFLICT, "it is active");
    }
    if (before.suspendedByOperator() && !by.isOperator()) {
      throw RefusedException.of(
          ProblemType.FORBIDDEN, "to resume an application that an operator suspended");
    }
    return onOff.set(before, true, false, by);
  }
}
