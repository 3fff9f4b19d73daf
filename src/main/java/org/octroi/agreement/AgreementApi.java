package org.octroi.agreement;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.octroi.identity.Organisations;
import org.octroi.identity.web.ExpectedVersion;
import org.octroi.identity.web.Fields;
import org.octroi.licence.OdrlPolicy;
import org.octroi.offer.OfferPolicies;
import org.octroi.offer.Offers;
import org.octroi.territory.PageAsk;
import org.octroi.territory.Territories;
import org.octroi.vocabulary.AgreementId;
import org.octroi.vocabulary.Caller;
import org.octroi.vocabulary.OrganisationId;
import org.octroi.vocabulary.Page;
import org.octroi.vocabulary.Purpose;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Agreements, for both sides; and the public register of those in force. */
@RestController
@RequestMapping("/api/v1")
@Tag(name = "Agreements", description = "What was granted to whom, and the public register")
class AgreementApi {

  private final Agreements agreements;
  private final SuspendAgreement suspend;
  private final ResumeAgreement resume;
  private final RevokeAgreement revoke;
  private final Organisations organisations;
  private final Territories territories;
  private final Offers offers;
  private final OfferPolicies policies;
  private final Clock clock;

  AgreementApi(
      Agreements agreements,
      SuspendAgreement suspend,
      ResumeAgreement resume,
      RevokeAgreement revoke,
      Organisations organisations,
      Territories territories,
      Offers offers,
      OfferPolicies policies,
      Clock clock) {
    this.agreements = agreements;
    this.suspend = suspend;
    this.resume = resume;
    this.revoke = revoke;
    this.organisations = organisations;
    this.territories = territories;
    this.offers = offers;
    this.policies = policies;
    this.clock = clock;
  }

  /** Why an agreement is suspended or revoked. */
  record Ending(
      @NotNull String ground,
      @Nullable @Size(max = 2000) @Pattern(regexp = Fields.TEXT) String note) {

    EndingGround read() {
      return Fields.word("/ground", ground, EndingGround.values(), EndingGround::word);
    }
  }

  /** An agreement as the two sides see it. */
  record AgreementView(
      String id,
      String number,
      String territory,
      String holder,
      String offer,
      String request,
      String application,
      ReuserView reuser,
      List<String> purposes,
      String textSha256,
      Instant grantedAt,
      Instant validFrom,
      @Nullable Instant validUntil,
      String status,
      @Nullable String ground,
      @Nullable String note) {}

  /** The reuser that it was granted to. */
  record ReuserView(String kind, String id, String reuserKind) {}

  /** An agreement as the public sees it: organisations by name, persons by kind only. */
  record RegisterView(
      String number,
      String territory,
      String holder,
      String offer,
      String reuserKind,
      @Nullable String organisation,
      List<String> purposes,
      Instant grantedAt,
      @Nullable Instant validUntil) {}

  @GetMapping("/agreements")
  @Operation(
      operationId = "listAgreements",
      summary = "List agreements",
      description =
          "Newest first: the caller's own, those of the holders that they review for, and those of"
              + " the territories that they audit.")
  Page<AgreementView> list(
      Caller caller,
      @RequestParam(required = false) @Nullable String territory,
      @RequestParam(required = false) @Nullable Integer limit,
      @RequestParam(required = false) @Nullable String after) {
    return agreements
        .list(caller, RequestApi.territory(territories, territory), PageAsk.of(limit, after))
        .map(this::view);
  }

  @GetMapping("/agreements/{id}")
  @Operation(
      operationId = "readAgreement",
      summary = "Read an agreement",
      description = "What was granted, to whom, for what, under which text.")
  ResponseEntity<AgreementView> read(@PathVariable AgreementId id, Caller caller) {
    return tagged(agreements.see(id, caller));
  }

  @GetMapping(path = "/agreements/{id}.jsonld", produces = OdrlPolicy.MEDIA_TYPE)
  @Operation(
      operationId = "readAgreementAsOdrl",
      summary = "Read an agreement as ODRL",
      description =
          "An ODRL 2.2 policy of type Agreement, in JSON-LD: what was granted, for as long as it is"
              + " neither suspended nor revoked.")
  ResponseEntity<OdrlPolicy> readOdrl(@PathVariable AgreementId id, Caller caller) {
    Agreement agreement = agreements.see(id, caller);
    return ResponseEntity.ok(
        policies.agreed(
            offers.find(agreement.offer()).orElseThrow(),
            agreement.id(),
            agreement.ownerId(),
            agreement.number().value(),
            agreement.purposes(),
            agreement.grantedAt(),
            agreement.validFrom(),
            agreement.validUntil()));
  }

  @PostMapping("/agreements/{id}/suspend")
  @Operation(
      operationId = "suspendAgreement",
      summary = "Suspend an agreement",
      description = "The gates close for it within a second, until it is resumed.")
  ResponseEntity<AgreementView> suspend(
      @PathVariable AgreementId id,
      @Valid @RequestBody Ending body,
      ExpectedVersion expected,
      Caller caller) {
    return tagged(suspend.handle(id, body.read(), RequestApi.note(body.note()), expected, caller));
  }

  @PostMapping("/agreements/{id}/resume")
  @Operation(
      operationId = "resumeAgreement",
      summary = "Resume an agreement",
      description = "A suspended agreement serves again.")
  ResponseEntity<AgreementView> resume(
      @PathVariable AgreementId id, ExpectedVersion expected, Caller caller) {
    return tagged(resume.handle(id, expected, caller));
  }

  @PostMapping("/agreements/{id}/revoke")
  @Operation(
      operationId = "revokeAgreement",
      summary = "Revoke an agreement",
      description = "The gates close for it within a second, for good.")
  ResponseEntity<AgreementView> revoke(
      @PathVariable AgreementId id,
      @Valid @RequestBody Ending body,
      ExpectedVersion expected,
      Caller caller) {
    return tagged(revoke.handle(id, body.read(), RequestApi.note(body.note()), expected, caller));
  }

  @GetMapping("/register")
  @Operation(
      operationId = "readRegister",
      summary = "Read the public register",
      description = "Agreements in force. Organisations are named, persons are not.")
  Page<RegisterView> register(
      @RequestParam(required = false) @Nullable String territory,
      @RequestParam(required = false) @Nullable Integer limit,
      @RequestParam(required = false) @Nullable String after) {
    Page<Agreement> page =
        agreements.inForce(RequestApi.territory(territories, territory), PageAsk.of(limit, after));
    Map<OrganisationId, String> names =
        organisations.names(
            page.items().stream()
                .filter(AgreementApi::isOrganisations)
                .map(agreement -> OrganisationId.of(agreement.ownerId()))
                .toList());
    return page.map(
        agreement ->
            new RegisterView(
                agreement.number().value(),
                agreement.territory().toString(),
                agreement.holder().toString(),
                agreement.offer().toString(),
                agreement.reuserKind().word(),
                isOrganisations(agreement)
                    ? names.get(OrganisationId.of(agreement.ownerId()))
                    : null,
                agreement.purposes().stream().map(Purpose::term).toList(),
                agreement.grantedAt(),
                agreement.validUntil().orElse(null)));
  }

  private static boolean isOrganisations(Agreement agreement) {
    return agreement.ownerKind().equals("organisation");
  }

  private ResponseEntity<AgreementView> tagged(Agreement agreement) {
    AgreementView view = view(agreement);
    // The clock ends an agreement without a new version: what is shown then is something else.
    return ResponseEntity.ok()
        .eTag(ExpectedVersion.tag(agreement.version(), view.status()))
        .body(view);
  }

  private AgreementView view(Agreement agreement) {
    return new AgreementView(
        agreement.id().toString(),
        agreement.number().value(),
        agreement.territory().toString(),
        agreement.holder().toString(),
        agreement.offer().toString(),
        agreement.request().toString(),
        agreement.application().toString(),
        new ReuserView(agreement.ownerKind(), agreement.ownerId(), agreement.reuserKind().word()),
        agreement.purposes().stream().map(Purpose::term).toList(),
        agreement.textSha256(),
        agreement.grantedAt(),
        agreement.validFrom(),
        agreement.validUntil().orElse(null),
        agreement.statusAt(clock.instant()).word(),
        agreement.ground().orElse(null),
        agreement.note().orElse(null));
  }
}
