package org.octroi.agreement;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.octroi.audit.AuditTrail;
import org.octroi.identity.Applications;
import org.octroi.identity.RegisteredApplication;
import org.octroi.offer.PublishedOffer;
import org.octroi.secret.Seal;
import org.octroi.vocabulary.Actor;
import org.octroi.vocabulary.AgreementId;
import org.octroi.vocabulary.AgreementNumber;
import org.octroi.vocabulary.AgreementStatus;
import org.octroi.vocabulary.Purposes;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** Mints the agreement of an approved request, in the transaction of the last approval. */
@Component
class MintAgreement {

  /** What an agreement's own key for masks is sealed for; the gate opens it. */
  static final String MASK_KEY = "mask-key";

  private static final int MASK_KEY_BYTES = 32;

  private final Agreements agreements;
  private final Applications applications;
  private final Seal seal;
  private final AuditTrail trail;
  private final ApplicationEventPublisher events;
  private final Clock clock;
  private final SecureRandom random = new SecureRandom();

  MintAgreement(
      Agreements agreements,
      Applications applications,
      Seal seal,
      AuditTrail trail,
      ApplicationEventPublisher events,
      Clock clock) {
    this.agreements = agreements;
    this.applications = applications;
    this.seal = seal;
    this.trail = trail;
    this.events = events;
    this.clock = clock;
  }

  @Transactional(propagation = Propagation.MANDATORY)
  HeldAgreement of(AccessRequest request, PublishedOffer offer, Actor by) {
    RegisteredApplication application = applications.find(request.application()).orElseThrow();
    Instant now = clock.instant();
    byte[] maskKey = new byte[MASK_KEY_BYTES];
    random.nextBytes(maskKey);
    HeldAgreement minted =
        new HeldAgreement(
            AgreementId.create(),
            AgreementNumber.create(offer.territorySlug(), now.atZone(offer.zone()).getYear()),
            offer.territory(),
            offer.holder(),
            offer.id(),
            application.id(),
            application.owner().kind(),
            application.owner().id(),
            request.purposes(),
            Purposes.dpv().closure(request.purposes()),
            Set.copyOf(offer.datasets()),
            offer.licence().textSha256(),
            now,
            offer.validity().map(period -> now.atZone(offer.zone()).plus(period).toInstant()),
            AgreementStatus.ACTIVE,
            Optional.empty(),
            now,
            seal.seal(MASK_KEY, maskKey),
            1);
    agreements.insert(minted, request.id(), offer.licence().version());
    trail.record(
        by,
        "agreement.mint",
        Optional.of(minted.territory()),
        "agreement",
        minted.id().toString(),
        Map.of("number", minted.number().value(), "request", request.id().toString()));
    events.publishEvent(
        new AgreementChanged(
            minted.id(), minted.application(), minted.territory(), minted.status()));
    return minted;
  }
}
