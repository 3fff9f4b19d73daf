package org.octroi.identity;

import org.octroi.identity.web.ExpectedVersion;
import org.octroi.problem.ProblemType;
import org.octroi.problem.RefusedException;
import org.octroi.vocabulary.ApplicationId;
import org.octroi.vocabulary.Caller;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Suspends an application: it gets no tokens, and those that it has are refused.
 *
 * @refuses not-found when the caller neither owns it nor is an operator
 * @refuses conflict when it is suspended already
 * @refuses stale-version when it was changed after the version named in {@code If-Match}
 */
@Component
@Transactional
class SuspendApplication {

  private final ApplicationSwitch onOff;

  SuspendApplication(ApplicationSwitch onOff) {
    this.onOff = onOff;
  }

  RegisteredApplication handle(ApplicationId id, ExpectedVersion expected, Caller by) {
    RegisteredApplication before = onOff.find(id, by);
    expected.check(before.version());
    if (!before.active() && (before.suspendedByOperator() || !by.isOperator())) {
      throw RefusedException.of(ProblemType.CONFLICT, "it is suspended already");
    }
    // An operator may put their own lock upon an owner's, which the owner can't take off.
    return onOff.set(before, false, by.isOperator() && !before.owner().includes(by), by);
  }
}
