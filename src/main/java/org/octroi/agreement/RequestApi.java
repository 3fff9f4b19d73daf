package org.octroi.agreement;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.octroi.identity.web.ExpectedVersion;
import org.octroi.identity.web.Fields;
import org.octroi.territory.PageAsk;
import org.octroi.vocabulary.AccessRequestId;
import org.octroi.vocabulary.AgreementId;
import org.octroi.vocabulary.ApplicationId;
import org.octroi.vocabulary.Bilingual;
import org.octroi.vocabulary.Caller;
import org.octroi.vocabulary.OfferId;
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

/** Asking for offers, and deciding on what is asked. */
@RestController
@RequestMapping("/api/v1/requests")
@Tag(name = "Requests", description = "Asking for an offer, and deciding on what is asked")
class RequestApi {

  private final AccessRequests requests;
  private final Agreements agreements;
  private final DraftRequest draft;
  private final SubmitRequest submit;
  private final ApproveRequest approve;
  private final RefuseRequest refuse;
  private final WithdrawRequest withdraw;

  RequestApi(
      AccessRequests requests,
      Agreements agreements,
      DraftRequest draft,
      SubmitRequest submit,
      ApproveRequest approve,
      RefuseRequest refuse,
      WithdrawRequest withdraw) {
    this.requests = requests;
    this.agreements = agreements;
    this.draft = draft;
    this.submit = submit;
    this.approve = approve;
    this.refuse = refuse;
    this.withdraw = withdraw;
  }

  /** What is asked for, by whose application, and why. */
  record Draft(
      @NotBlank String offer,
      @NotBlank String application,
      @NotNull @Size(max = 20) List<@NotBlank String> purposes,
      @NotBlank @Size(max = 2000) @Pattern(regexp = Fields.TEXT) String reuse) {}

  /** The text that is accepted, by its hash as the offer shows it. */
  record Acceptance(
      @NotNull @Pattern(regexp = "[0-9a-f]{64}", message = "must be a SHA-256 in lower-case hex")
          String acceptedTextSha256) {}

  /** An approval. */
  record ApprovalNote(@Nullable @Size(max = 2000) @Pattern(regexp = Fields.TEXT) String note) {}

  /** A refusal. */
  record RefusalGround(
      @NotBlank String ground,
      @Nullable @Size(max = 2000) @Pattern(regexp = Fields.TEXT) String note) {}

  /**
   * A request as those who may see it see it.
   *
   * @param dueAt the first moment at which the answer is late
   * @param agreement the id of the agreement that it minted
   * @param redress where to turn, once it is refused
   */
  record RequestView(
      String id,
      String territoryId,
      String holderId,
      String offer,
      String application,
      List<String> purposes,
      String reuse,
      String state,
      @Nullable String acceptedTextSha256,
      @Nullable String legalBasis,
      Instant createdAt,
      @Nullable Instant submittedAt,
      @Nullable Instant dueAt,
      @Nullable Instant decidedAt,
      List<DecisionView> decisions,
      @Nullable String agreement,
      @Nullable Bilingual redress) {}

  /** One reviewer's decision; the reviewer speaks for the holder and is not named. */
  record DecisionView(
      String verdict, @Nullable String ground, @Nullable String note, Instant decidedAt) {}

  @PostMapping
  @Operation(
      operationId = "draftRequest",
      summary = "Begin a request for an offer",
      description =
          "For one of the caller's applications, with the purposes (DPV terms) and the reuse in"
              + " mind. The holder sees nothing of it until it is submitted.")
  ResponseEntity<RequestView> draft(@Valid @RequestBody Draft body, Caller caller) {
    SortedSet<Purpose> purposes = new TreeSet<>();
    for (int i = 0; i < body.purposes().size(); i++) {
      purposes.add(Fields.read("/purposes/" + i, body.purposes().get(i), Purpose::new));
    }
    AccessRequest request =
        draft.handle(
            Fields.id("/offer", body.offer(), OfferId::of),
            Fields.id("/application", body.application(), ApplicationId::of),
            purposes,
            body.reuse(),
            caller);
    return ResponseEntity.created(URI.create("/api/v1/requests/" + request.id()))
        .eTag(ExpectedVersion.tag(request.version()))
        .body(view(request));
  }

  @GetMapping
  @Operation(
      operationId = "listRequests",
      summary = "List requests",
      description = "The caller's own, and those submitted to holders that the caller reviews for.")
  Page<RequestView> list(
      Caller caller,
      @RequestParam(required = false) @Nullable Integer limit,
      @RequestParam(required = false) @Nullable String after) {
    return requests.seenBy(caller, PageAsk.of(limit, after)).map(this::view);
  }

  @GetMapping("/{id}")
  @Operation(operationId = "readRequest", summary = "Read a request")
  ResponseEntity<RequestView> read(@PathVariable AccessRequestId id, Caller caller) {
    return tagged(requests.seenBy(caller, id));
  }

  @PostMapping("/{id}/submit")
  @Operation(
      operationId = "submitRequest",
      summary = "Accept the terms and submit a request",
      description =
          "Where the offer's approval is automatic the agreement is there at once; otherwise the"
              + " holder answers by dueAt.")
  ResponseEntity<RequestView> submit(
      @PathVariable AccessRequestId id,
      @Valid @RequestBody Acceptance body,
      ExpectedVersion expected,
      Caller caller) {
    return tagged(submit.handle(id, body.acceptedTextSha256(), expected, caller));
  }

  @PostMapping("/{id}/approve")
  @Operation(
      operationId = "approveRequest",
      summary = "Approve a request",
      description = "By a reviewer of the holder; the last approval needed mints the agreement.")
  ResponseEntity<RequestView> approve(
      @PathVariable AccessRequestId id,
      @Valid @RequestBody ApprovalNote body,
      ExpectedVersion expected,
      Caller caller) {
    return tagged(approve.handle(id, Optional.ofNullable(body.note()), expected, caller));
  }

  @PostMapping("/{id}/refuse")
  @Operation(
      operationId = "refuseRequest",
      summary = "Refuse a request",
      description = "By a reviewer of the holder, with a ground; the answer names the redress.")
  ResponseEntity<RequestView> refuse(
      @PathVariable AccessRequestId id,
      @Valid @RequestBody RefusalGround body,
      ExpectedVersion expected,
      Caller caller) {
    Ground ground = Fields.word("/ground", body.ground(), Ground.values(), Ground::word);
    return tagged(refuse.handle(id, ground, Optional.ofNullable(body.note()), expected, caller));
  }

  @PostMapping("/{id}/withdraw")
  @Operation(
      operationId = "withdrawRequest",
      summary = "Withdraw a request",
      description = "By its applicant, before it is decided.")
  ResponseEntity<RequestView> withdraw(
      @PathVariable AccessRequestId id, ExpectedVersion expected, Caller caller) {
    return tagged(withdraw.handle(id, expected, caller));
  }

  private ResponseEntity<RequestView> tagged(AccessRequest request) {
    return ResponseEntity.ok().eTag(ExpectedVersion.tag(request.version())).body(view(request));
  }

  private RequestView view(AccessRequest request) {
    boolean refused = request.state() == RequestState.REFUSED;
    return new RequestView(
        request.id().toString(),
        request.territory().toString(),
        request.holder().toString(),
        request.offer().toString(),
        request.application().toString(),
        request.purposes().stream().map(Purpose::term).toList(),
        request.reuse(),
        request.state().word(),
        request.acceptedTextSha256().orElse(null),
        request.legalBasis().map(LegalBasis::article).orElse(null),
        request.createdAt(),
        request.submittedAt().orElse(null),
        request.dueAt().orElse(null),
        request.decidedAt().orElse(null),
        requests.decisions(request).stream().map(RequestApi::view).toList(),
        agreements.mintedBy(request).map(AgreementId::toString).orElse(null),
        refused ? request.legalBasis().map(LegalBasis::redress).orElse(null) : null);
  }

  private static DecisionView view(RequestDecision decision) {
    return new DecisionView(
        switch (decision.verdict()) {
          case APPROVE -> "approve";
          case REFUSE -> "refuse";
        },
        decision.ground().map(Ground::word).orElse(null),
        decision.note().orElse(null),
        decision.at());
  }
}
