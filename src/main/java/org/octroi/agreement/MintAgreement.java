package org.octroi.agreement;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Map;
import java.util.Optional;
import org.octroi.audit.AuditTrail;
import org.octroi.identity.RegisteredApplication;
import org.octroi.offer.PublishedOffer;
import org.octroi.secret.Seal;
import org.octroi.vocabulary.Actor;
import org.octroi.vocabulary.AgreementId;
import org.octroi.vocabulary.AgreementNumber;
import org.octroi.vocabulary.DatasetId;
import org.octroi.vocabulary.Purposes;
import org.octroi.vocabulary.UtcTimes;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * Makes the agreement of an approved request, in the transaction that approves it. A request mints
 * once: the table has it as a key.
 */
@Component
class MintAgreement {

  private static final String SEALED_FOR = "mask-key";
  private static final SecureRandom RANDOM = new SecureRandom();

  private final JdbcClient jdbc;
  private final Clock clock;
  private final Seal seal;
  private final AuditTrail trail;
  private final ApplicationEventPublisher events;

  MintAgreement(
      JdbcClient jdbc, Clock clock, Seal seal, AuditTrail trail, ApplicationEventPublisher events) {
    this.jdbc = jdbc;
    this.clock = clock;
    this.seal = seal;
    this.trail = trail;
    this.events = events;
  }

  @Transactional(propagation = Propagation.MANDATORY)
  AgreementId handle(
      AccessRequest request, PublishedOffer offer, RegisteredApplication application, Actor by) {
    Instant now = clock.instant();
    LocalDate today = LocalDate.ofInstant(now, offer.zone());
    // It ends with a whole day of the territory: nobody is cut off in the middle of an afternoon.
    Optional<Instant> until =
        offer
            .validity()
            .map(period -> today.plus(period).plusDays(1).atStartOfDay(offer.zone()).toInstant());
    AgreementId id = AgreementId.create();
    AgreementNumber number = AgreementNumber.create(offer.territorySlug(), today.getYear());
    byte[] maskKey = new byte[32];
    RANDOM.nextBytes(maskKey);
    jdbc.sql(
            """
            insert into agreement
              (id, number, territory_id, holder_id, offer_id, request_id, application_id,
               owner_kind, owner_id, reuser_kind, purposes, purposes_closed, licence_version_id,
               text_sha256, granted_at, valid_from, valid_until, status, mask_key, version)
            values
              (:id, :number, :territory, :holder, :offer, :request, :application,
               :ownerKind, :ownerId, :reuserKind, :purposes, :closed, :licence,
               :text, :now, :now, :until, 'active', :maskKey, 1)
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
        .param("purposes", PurposeList.column(request.purposes()))
        .param("closed", PurposeList.column(Purposes.dpv().closure(request.purposes())))
        .param("licence", offer.licence().version().toString())
        .param("text", offer.licence().textSha256())
        .param("now", UtcTimes.column(now))
        .param("until", until.map(UtcTimes::column).orElse(null))
        .param("maskKey", seal.seal(SEALED_FOR, maskKey))
        .update();
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
    trail.record(
        by,
        "agreement.mint",
        Optional.of(request.territory()),
        "agreement",
        id.toString(),
        Map.of(
            "number", number.value(),
            "request", request.id().toString(),
            "application", application.id().toString(),
            "offer", offer.id().toString()));
    events.publishEvent(new AgreementMinted(id, application.id(), request.territory()));
    return id;
  }
}
