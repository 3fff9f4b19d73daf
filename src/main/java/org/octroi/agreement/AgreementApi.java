package org.octroi.agreement;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.octroi.entitlement.Snapshot;
import org.octroi.identity.web.ExpectedVersion;
import org.octroi.identity.web.Fields;
import org.octroi.licence.Licences;
import org.octroi.licence.OdrlPolicy;
import org.octroi.offer.OfferPolicies;
import org.octroi.offer.Offers;
import org.octroi.territory.PageAsk;
import org.octroi.territory.Territories;
import org.octroi.vocabulary.AgreementId;
import org.octroi.vocabulary.Caller;
import org.octroi.vocabulary.LicenceVersionId;
import org.octroi.vocabulary.Page;
import org.octroi.vocabulary.Purpose;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Agreements, for both sides. */
@RestController
@RequestMapping("/api/v1")
@Tag(name = "Agreements", description = "What was granted to whom")
class AgreementApi {

  private final Agreements agreements;
  private final SuspendAgreement suspend;
  private final ResumeAgreement resume;
  private final RevokeAgreement revoke;
  private final EndAgreement end;
  private final AcceptLicenceVersion accept;
  private final RenewAgreement renew;
  private final Licences licences;
  private final RequestViews requests;
  private final AgreementPdf pdf;
  private final AgreementRecord.Records records;
  private final DocumentSignature signature;
  private final Dossier dossier;
  private final Territories territories;
  private final Offers offers;
  private final OfferPolicies policies;
  private final Clock clock;

  AgreementApi(
      Agreements agreements,
      SuspendAgreement suspend,
      ResumeAgreement resume,
      RevokeAgreement revoke,
      EndAgreement end,
      AcceptLicenceVersion accept,
      RenewAgreement renew,
      Licences licences,
      RequestViews requests,
      AgreementPdf pdf,
      AgreementRecord.Records records,
      DocumentSignature signature,
      Dossier dossier,
      Territories territories,
      Offers offers,
      OfferPolicies policies,
      Clock clock) {
    this.agreements = agreements;
    this.suspend = suspend;
    this.resume = resume;
    this.revoke = revoke;
    this.end = end;
    this.accept = accept;
    this.renew = renew;
    this.licences = licences;
    this.requests = requests;
    this.pdf = pdf;
    this.records = records;
    this.signature = signature;
    this.dossier = dossier;
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

  /**
   * An agreement as the two sides see it.
   *
   * @param reacceptBy until when a newer version of the licence must be accepted, so that the
   *     agreement goes on serving; absent where none asks for it
   * @param narrower whether it gives less than the offer's tier; its record says what
   * @param renews the agreement that it follows on
   */
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
      @Nullable Instant reacceptBy,
      boolean narrower,
      @Nullable String renews,
      Instant grantedAt,
      Instant validFrom,
      @Nullable Instant validUntil,
      String status,
      @Nullable String ground,
      @Nullable String note) {}

  /** The reuser that it was granted to. */
  record ReuserView(String kind, String id, String reuserKind) {}

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
    Page<Agreement> page =
        agreements.list(
            caller, RequestApi.territory(territories, territory), PageAsk.of(limit, after));
    return new Page<>(views(page.items()), page.next());
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

  /** Why its reuser ends it; it need not be said. */
  record Farewell(@Nullable @Size(max = 2000) @Pattern(regexp = Fields.TEXT) String note) {}

  @PostMapping("/agreements/{id}/end")
  @Operation(
      operationId = "endAgreement",
      summary = "End an agreement as its reuser",
      description = "The gates close for it within a second, for good; the holder is told.")
  ResponseEntity<AgreementView> end(
      @PathVariable AgreementId id,
      @Valid @RequestBody(required = false) @Nullable Farewell body,
      ExpectedVersion expected,
      Caller caller) {
    return tagged(
        end.handle(id, RequestApi.note(body == null ? null : body.note()), expected, caller));
  }

  @PostMapping("/agreements/{id}/accept")
  @Operation(
      operationId = "acceptLicenceVersion",
      summary = "Accept the newest version of an agreement's licence",
      description =
          "Where it asks to be accepted, by the hash of its text; after its date the gates are"
              + " closed until then.")
  ResponseEntity<AgreementView> accept(
      @PathVariable AgreementId id,
      @Valid @RequestBody RequestApi.TextAccepted body,
      ExpectedVersion expected,
      Caller caller) {
    return tagged(accept.handle(id, body.acceptedTextSha256(), expected, caller));
  }

  @PostMapping("/agreements/{id}/renew")
  @Operation(
      operationId = "renewAgreement",
      summary = "Ask for an agreement to go on",
      description =
          "From 90 days before its end: a request for the offer as it is made now, with its text"
              + " accepted. Where the offer's approval is automatic, the agreement that follows is"
              + " granted at once. Answers the request.")
  ResponseEntity<RequestViews.RequestView> renew(
      @PathVariable AgreementId id,
      @Valid @RequestBody RequestApi.TextAccepted body,
      Caller caller,
      Locale reader) {
    return requests.tagged(renew.handle(id, body.acceptedTextSha256(), caller), reader);
  }

  @GetMapping(path = "/agreements/{id}.pdf", produces = "application/pdf")
  @Operation(
      operationId = "readAgreementAsPdf",
      summary = "Read an agreement on paper",
      description =
          "In French or English by Accept-Language, with the text of the licence. Persons are not"
              + " named in it.")
  ResponseEntity<byte[]> readPdf(@PathVariable AgreementId id, Caller caller, Locale reader) {
    Agreement agreement = agreements.see(id, caller);
    return ResponseEntity.ok()
        .header(
            HttpHeaders.CONTENT_DISPOSITION,
            "inline; filename=\"" + agreement.number().value() + ".pdf\"")
        .header(HttpHeaders.VARY, HttpHeaders.ACCEPT_LANGUAGE)
        .header(HttpHeaders.CONTENT_LANGUAGE, reader.getLanguage())
        .body(pdf.of(agreement, reader));
  }

  @GetMapping(path = "/agreements/{id}.jws", produces = "application/jose")
  @Operation(
      operationId = "readAgreementSigned",
      summary = "Read the signed record of an agreement",
      description =
          "A JWS (RFC 7515) over the record as JSON, by a key of `/oauth2/jwks`, so that third"
              + " parties can check it. Its `typ` is octroi-agreement+jws. That an agreement was"
              + " suspended or revoked since is not in it.")
  ResponseEntity<String> readSigned(@PathVariable AgreementId id, Caller caller) {
    return ResponseEntity.ok(
        signature.sign(AgreementRecord.TYPE, records.of(agreements.see(id, caller)).bytes()));
  }

  @GetMapping(path = "/agreements/{id}/dossier", produces = "application/zip")
  @Operation(
      operationId = "readDossier",
      summary = "Make the dossier of an agreement",
      description =
          "For the holder's reviewers and auditors: a ZIP with its record and signature, its paper,"
              + " every text accepted, the request with decisions, messages and attachments, the"
              + " audit trail of it and its usage by month. That it was made is on record.")
  void readDossier(@PathVariable AgreementId id, Caller caller, HttpServletResponse response)
      throws IOException {
    Agreement agreement = dossier.open(id, caller);
    response.setContentType("application/zip");
    response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
    response.setHeader(
        HttpHeaders.CONTENT_DISPOSITION,
        "attachment; filename=\"" + agreement.number().value() + ".zip\"");
    dossier.write(agreement, caller, response.getOutputStream());
  }

  private ResponseEntity<AgreementView> tagged(Agreement agreement) {
    AgreementView view = views(List.of(agreement)).getFirst();
    // The clock ends an agreement without a new version: what is shown then is something else.
    return ResponseEntity.ok()
        .eTag(ExpectedVersion.tag(agreement.version(), view.status()))
        .body(view);
  }

  private List<AgreementView> views(List<Agreement> some) {
    Map<LicenceVersionId, Snapshot.Reacceptance> asked =
        licences.reacceptances(some.stream().map(Agreement::licence).distinct().toList());
    return some.stream()
        .map(one -> view(one, Optional.ofNullable(asked.get(one.licence()))))
        .toList();
  }

  private AgreementView view(Agreement agreement, Optional<Snapshot.Reacceptance> reacceptance) {
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
        reacceptance.map(Snapshot.Reacceptance::by).orElse(null),
        agreement.tier().isPresent(),
        agreement.renews().map(AgreementId::toString).orElse(null),
        agreement.grantedAt(),
        agreement.validFrom(),
        agreement.validUntil().orElse(null),
        agreement.statusAt(clock.instant()).word(),
        agreement.ground().orElse(null),
        agreement.note().orElse(null));
  }
}
