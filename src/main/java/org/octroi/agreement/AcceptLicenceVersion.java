package org.octroi.agreement;

import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import org.octroi.audit.AuditTrail;
import org.octroi.identity.web.ExpectedVersion;
import org.octroi.licence.Licences;
import org.octroi.licence.Reacceptance;
import org.octroi.problem.ProblemType;
import org.octroi.problem.RefusedException;
import org.octroi.vocabulary.AgreementId;
import org.octroi.vocabulary.AgreementStatus;
import org.octroi.vocabulary.Caller;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Accepts the newest version of an agreement's licence, where one asks for it: the agreement stands
 * on that version from now on, and what was accepted before stays on record.
 *
 * @refuses not-found when the caller can't see the agreement
 * @refuses forbidden when the application is not the caller's
 * @refuses stale-version when it was changed after the version named in {@code If-Match}
 * @refuses agreement-not-active when it is revoked or expired
 * @refuses conflict when no newer version of its licence asks to be accepted
 * @refuses terms-not-accepted when the hash is not that of the newest version's text
 */
@Component
@Transactional
class AcceptLicenceVersion {

  private final Agreements agreements;
  private final AgreementSwitch turn;
  private final Licences licences;
  private final AuditTrail trail;
  private final ApplicationEventPublisher events;
  private final Clock clock;

  AcceptLicenceVersion(
      Agreements agreements,
      AgreementSwitch turn,
      Licences licences,
      AuditTrail trail,
      ApplicationEventPublisher events,
      Clock clock) {
    this.agreements = agreements;
    this.turn = turn;
    this.licences = licences;
    this.trail = trail;
    this.events = events;
    this.clock = clock;
  }

  Agreement handle(AgreementId id, String textSha256, ExpectedVersion expected, Caller by) {
    Agreement agreement = turn.holdAsReuser(id, by);
    expected.check(agreement.version());
    turn.mustBe(agreement, AgreementStatus.ACTIVE, AgreementStatus.SUSPENDED);
    Reacceptance asked =
        licences
            .asked(agreement.licence())
            .orElseThrow(
                () ->
                    RefusedException.of(
                        ProblemType.CONFLICT, "no newer version of its licence asks for it"));
    if (!textSha256.equals(asked.version().textSha256())) {
      throw RefusedException.of(ProblemType.TERMS_NOT_ACCEPTED);
    }
    agreements.accepted(
        agreement.id(),
        agreement.territory(),
        asked.version().id(),
        Acceptance.of(textSha256, Optional.empty(), by, clock.instant()));
    agreements.standOn(agreement, asked.version().id(), textSha256);
    trail.record(
        by.actor(),
        "agreement.accept",
        Optional.of(agreement.territory()),
        "agreement",
        id.toString(),
        Map.of(
            "before", agreement.textSha256(),
            "text", textSha256,
            "licence", asked.version().licence().name(),
            "number", Integer.toString(asked.version().number())));
    events.publishEvent(new AgreementChanged(id, agreement.application(), agreement.territory()));
    return agreements.see(id, by);
  }
}
