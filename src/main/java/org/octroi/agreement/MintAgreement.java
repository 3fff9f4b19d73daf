package org.octroi.agreement;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.octroi.audit.AuditTrail;
import org.octroi.identity.RegisteredApplication;
import org.octroi.offer.PublishedOffer;
import org.octroi.offer.TierColumn;
import org.octroi.problem.ProblemType;
import org.octroi.problem.RefusedException;
import org.octroi.secret.Seal;
import org.octroi.vocabulary.Actor;
import org.octroi.vocabulary.AgreementId;
import org.octroi.vocabulary.AgreementNumber;
import org.octroi.vocabulary.DatasetId;
import org.octroi.vocabulary.Purposes;
import org.octroi.vocabulary.UtcTimes;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * Makes the agreement of an approved request, in the transaction that approves it. A request mints
 * once, and an application holds one agreement in force of each offer: the table has both as keys.
 * Only one that renews another stands beside it, and begins where that one ends.
 *
 * @refuses agreement-exists when the application has an agreement in force for this offer
 */
@Component
class MintAgreement {

  private static final String SEALED_FOR = "mask-key";
  private static final SecureRandom RANDOM = new SecureRandom();

  private final JdbcClient jdbc;
  private final Agreements agreements;
  private final Clock clock;
  private final Seal seal;
  private final AuditTrail trail;
  private final ApplicationEventPublisher events;

  MintAgreement(
      JdbcClient jdbc,
      Agreements agreements,
      Clock clock,
      Seal seal,
      AuditTrail trail,
      ApplicationEventPublisher events) {
    this.jdbc = jdbc;
    this.agreements = agreements;
    this.clock = clock;
    this.seal = seal;
    this.trail = trail;
    this.events = events;
  }

  /** Goes on only where the application has none, or only the one to be renewed. */
  void refuseSecond(
      RegisteredApplication application, PublishedOffer offer, Optional<AgreementId> renews) {
    agreements
        .inForce(application.id(), offer.territory(), offer.slug())
        .filter(standing -> !renews.filter(standing.id()::equals).isPresent())
        .ifPresent(
            standing -> {
              throw RefusedException.of(ProblemType.AGREEMENT_EXISTS, standing.number().value());
            });
  }

  @Transactional(propagation = Propagation.MANDATORY)
  AgreementId handle(
      AccessRequest request,
      PublishedOffer offer,
      RegisteredApplication application,
      AgreedTerms terms,
      Acceptance acceptance,
      Actor by) {
    Instant now = clock.instant();
    agreements.expire(application.id(), now);
    refuseSecond(application, offer, request.renews());
    Instant from =
        request
            .renews()
            .flatMap(renewed -> agreements.makeWay(request.territory(), renewed))
            .filter(now::isBefore)
            .orElse(now);
    AgreementId id = AgreementId.create();
    AgreementNumber number =
        AgreementNumber.create(
            offer.territorySlug(), LocalDate.ofInstant(now, offer.zone()).getYear());
    insert(id, number, request, offer, application, terms, from, now);
    agreements.accepted(id, request.territory(), offer.licence().version(), acceptance);
    Map<String, String> details =
        new HashMap<>(
            Map.of(
                "number", number.value(),
                "request", request.id().toString(),
                "application", application.id().toString(),
                "offer", offer.id().toString(),
                "text", offer.licence().textSha256()));
    request.renews().ifPresent(renewed -> details.put("renews", renewed.toString()));
    trail.record(
        by,
        "agreement.mint",
        Optional.of(request.territory()),
        "agreement",
        id.toString(),
        details);
    events.publishEvent(new AgreementMinted(id, application.id(), request.territory()));
    return id;
  }

  private void insert(
      AgreementId id,
      AgreementNumber number,
      AccessRequest request,
      PublishedOffer offer,
      RegisteredApplication application,
      AgreedTerms terms,
      Instant from,
      Instant now) {
    // It ends with a whole day of the territory: nobody is cut off in the middle of an afternoon.
    Optional<Instant> until =
        terms
            .validity()
            .map(
                period ->
                    LocalDate.ofInstant(from, offer.zone())
                        .plus(period)
                        .plusDays(1)
                        .atStartOfDay(offer.zone())
                        .toInstant());
    byte[] maskKey = new byte[32];
    RANDOM.nextBytes(maskKey);
    try {
      jdbc.sql(
              """
              insert into agreement
                (id, number, territory_id, holder_id, offer_id, request_id, application_id,
                 owner_kind, owner_id, reuser_kind, purposes, purposes_closed, licence_version_id,
                 text_sha256, granted_at, valid_from, valid_until, status, mask_key, tier,
                 in_force_of, renews, version)
              values
                (:id, :number, :territory, :holder, :offer, :request, :application,
                 :ownerKind, :ownerId, :reuserKind, :purposes, :closed, :licence,
                 :text, :now, :from, :until, 'active', :maskKey, :tier,
                 :inForceOf, :renews, 1)
              """)
          .param("id", id.toString())
          .param("number", number.value())
          .param("territory", request.territory().toString())
          .param("holder", request.holder().toString())
          .param("offer", offer.id().toString())
          .param("request", request.id().toString())
          .param("application", application.id().toString())
          .param("ownerKind", application.owner().kind())
          .param("ownerId", application.owner().id())
          .param("reuserKind", application.reuserKind().word())
          .param("purposes", PurposeList.column(terms.purposes()))
          .param("closed", PurposeList.column(Purposes.dpv().closure(terms.purposes())))
          .param("licence", offer.licence().version().toString())
          .param("text", offer.licence().textSha256())
          .param("now", UtcTimes.column(now))
          .param("from", UtcTimes.column(from))
          .param("until", until.map(UtcTimes::column).orElse(null))
          .param("maskKey", seal.seal(SEALED_FOR, maskKey))
          .param("tier", terms.tier().map(TierColumn::write).orElse(null))
          .param("inForceOf", application.id() + "/" + offer.territory() + "/" + offer.slug())
          .param("renews", request.renews().map(AgreementId::toString).orElse(null))
          .update();
    } catch (DuplicateKeyException e) {
      // Two requests of the application were approved at once: the other one was faster.
      throw RefusedException.of(ProblemType.AGREEMENT_EXISTS, offer.slug().value());
    }
    for (DatasetId dataset : offer.datasets()) {
      jdbc.sql(
              """
              insert into agreement_dataset (agreement_id, dataset_id, territory_id)
              values (:agreement, :dataset, :territory)
              """)
          .param("agreement", id.toString())
          .param("dataset", dataset.toString())
          .param("territory", request.territory().toString())
          .update();
    }
  }
}
