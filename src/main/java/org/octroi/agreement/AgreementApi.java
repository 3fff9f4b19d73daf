package org.octroi.agreement;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.octroi.identity.web.ExpectedVersion;
import org.octroi.identity.web.Fields;
import org.octroi.territory.PageAsk;
import org.octroi.vocabulary.AgreementId;
import org.octroi.vocabulary.Caller;
import org.octroi.vocabulary.DatasetId;
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

/** Agreements: for their reusers, for their holders, and the public register. */
@RestController
@RequestMapping("/api/v1")
@Tag(name = "Agreements", description = "What was granted to whom, under which text")
class AgreementApi {

  private final Agreements agreements;
  private final SuspendAgreement suspend;
  private final ResumeAgreement resume;
  private final RevokeAgreement revoke;
  private final Clock clock;

  AgreementApi(
      Agreements agreements,
      SuspendAgreement suspend,
      ResumeAgreement resume,
      RevokeAgreement revoke,
      Clock clock) {
    this.agreements = agreements;
    this.suspend = suspend;
    this.resume = resume;
    this.revoke = revoke;
    this.clock = clock;
  }

  /** Why an agreement is suspended or revoked; its reuser reads it. */
  record Grounds(@NotBlank @Size(max = 2000) @Pattern(regexp = Fields.TEXT) String ground) {}

  /** An agreement as its two sides see it. */
  record AgreementView(
      String id,
      String number,
      String territoryId,
      String holderId,
      String offer,
      String application,
      List<String> purposes,
      List<String> datasets,
      String textSha256,
      Instant validFrom,
      @Nullable Instant validUntil,
      String status,
      @Nullable String statusGround,
      Instant statusSince) {}

  @GetMapping("/agreements")
  @Operation(
      operationId = "listAgreements",
      summary = "List agreements",
      description = "The caller's own, and those of holders that the caller reviews for.")
  Page<AgreementView> list(
      Caller caller,
      @RequestParam(required = false) @Nullable Integer limit,
      @RequestParam(required = false) @Nullable String after) {
    return agreements.seenBy(caller, PageAsk.of(limit, after)).map(this::view);
  }

  @GetMapping("/agreements/{id}")
  @Operation(operationId = "readAgreement", summary = "Read an agreement")
  ResponseEntity<AgreementView> read(@PathVariable AgreementId id, Caller caller) {
    return tagged(agreements.seenBy(caller, id));
  }

  @PostMapping("/agreements/{id}/suspend")
  @Operation(
      operationId = "suspendAgreement",
      summary = "Suspend an agreement",
      description = "By a reviewer of its holder; in force at the gate when this answers.")
  ResponseEntity<AgreementView> suspend(
      @PathVariable AgreementId id,
      @Valid @RequestBody Grounds body,
      ExpectedVersion expected,
      Caller caller) {
    return tagged(suspend.handle(id, body.ground(), expected, caller));
  }

  @PostMapping("/agreements/{id}/resume")
  @Operation(
      operationId = "resumeAgreement",
      summary = "Resume a suspended agreement",
      description = "By a reviewer of its holder; in force at the gate when this answers.")
  ResponseEntity<AgreementView> resume(
      @PathVariable AgreementId id, ExpectedVersion expected, Caller caller) {
    return tagged(resume.handle(id, expected, caller));
  }

  @PostMapping("/agreements/{id}/revoke")
  @Operation(
      operationId = "revokeAgreement",
      summary = "Revoke an agreement for good",
      description =
          "By a reviewer of its holder; in force at the gate when this answers, whatever tokens"
              + " live.")
  ResponseEntity<AgreementView> revoke(
      @PathVariable AgreementId id,
      @Valid @RequestBody Grounds body,
      ExpectedVersion expected,
      Caller caller) {
    return tagged(revoke.handle(id, body.ground(), expected, caller));
  }

  @GetMapping("/register")
  @Operation(
      operationId = "listRegister",
      summary = "Read the public register of agreements in force",
      description = "Organisations are named; persons are not.")
  Page<Agreements.Registered> register(
      @RequestParam(required = false) @Nullable Integer limit,
      @RequestParam(required = false) @Nullable String after) {
    return agreements.register(clock.instant(), PageAsk.of(limit, after));
  }

  private ResponseEntity<AgreementView> tagged(HeldAgreement agreement) {
    return ResponseEntity.ok().eTag(ExpectedVersion.tag(agreement.version())).body(view(agreement));
  }

  private AgreementView view(HeldAgreement agreement) {
    return new AgreementView(
        agreement.id().toString(),
        agreement.number().value(),
        agreement.territory().toString(),
        agreement.holder().toString(),
        agreement.offer().toString(),
        agreement.application().toString(),
        agreement.purposes().stream().map(Purpose::term).toList(),
        agreement.datasets().stream().map(DatasetId::toString).sorted().toList(),
        agreement.textSha256(),
        agreement.validFrom(),
        agreement.validUntil().orElse(null),
        agreement.statusAt(clock.instant()).word(),
        agreement.statusGround().orElse(null),
        agreement.statusSince());
  }
}
