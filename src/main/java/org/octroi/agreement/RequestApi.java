package org.octroi.agreement;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.octroi.identity.Applications;
import org.octroi.identity.RegisteredApplication;
import org.octroi.identity.web.ExpectedVersion;
import org.octroi.identity.web.Fields;
import org.octroi.problem.Problems;
import org.octroi.problem.Refusal;
import org.octroi.problem.RefusedException;
import org.octroi.territory.PageAsk;
import org.octroi.territory.Territories;
import org.octroi.territory.Territory;
import org.octroi.vocabulary.AccessRequestId;
import org.octroi.vocabulary.ApplicationId;
import org.octroi.vocabulary.Caller;
import org.octroi.vocabulary.OfferId;
import org.octroi.vocabulary.Page;
import org.octroi.vocabulary.Purpose;
import org.octroi.vocabulary.Purposes;
import org.octroi.vocabulary.TerritoryId;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Requests for an offer, for those who ask and those who decide. */
@RestController
@RequestMapping("/api/v1/requests")
@Tag(name = "Requests", description = "Asking for an offer, and deciding on it")
class RequestApi {

  private final DraftRequest draft;
  private final SubmitRequest submit;
  private final ApproveRequest approve;
  private final RefuseRequest refuse;
  private final WithdrawRequest withdraw;
  private final AccessRequests requests;
  private final Agreements agreements;
  private final Applications applications;
  private final Territories territories;
  private final LegalClock legal;

  RequestApi(
      DraftRequest draft,
      SubmitRequest submit,
      ApproveRequest approve,
      RefuseRequest refuse,
      WithdrawRequest withdraw,
      AccessRequests requests,
      Agreements agreements,
      Applications applications,
      Territories territories,
      LegalClock legal) {
    this.draft = draft;
    this.submit = submit;
    this.approve = approve;
    this.refuse = refuse;
    this.withdraw = withdraw;
    this.requests = requests;
    this.agreements = agreements;
    this.applications = applications;
    this.territories = territories;
    this.legal = legal;
  }

  /** What is asked for. */
  record Draft(
      @NotBlank String offer,
      @NotBlank String application,
      @NotEmpty @Size(max = 20) List<@NotNull String> purposes,
      @NotBlank @Size(max = 2000) @Pattern(regexp = Fields.TEXT) String reuse) {}

  /** What is accepted: the licence text, by its hash. */
  record Acceptance(@NotNull @Pattern(regexp = "[0-9a-f]{64}") String acceptedTextSha256) {}

  /** An approval. */
  record ApprovalNote(@Nullable @Size(max = 2000) @Pattern(regexp = Fields.TEXT) String note) {}

  /** A refusal. */
  record GroundedRefusal(
      @NotNull String ground,
      @Nullable @Size(max = 2000) @Pattern(regexp = Fields.TEXT) String note) {}

  /** A request as its reader sees it. */
  record RequestView(
      String id,
      String territory,
      String holder,
      String offer,
      String application,
      ReuserView reuser,
      List<String> purposes,
      String reuse,
      String state,
      Instant createdAt,
      @Nullable Instant submittedAt,
      @Nullable Instant dueAt,
      @Nullable String legalBasis,
      @Nullable Instant closedAt,
      List<DecisionView> decisions,
      @Nullable String redress,
      @Nullable String agreement) {}

  /** Who asks. */
  record ReuserView(String kind, String id, String name, String reuserKind) {}

  /** What a reviewer decided. */
  record DecisionView(
      String reviewer,
      String verdict,
      @Nullable String ground,
      @Nullable String note,
      Instant decidedAt) {}

  @PostMapping
  @Operation(
      operationId = "draftRequest",
      summary = "Write down a request",
      description = "For an offer, an application of the caller's, purposes and the reuse in mind.")
  ResponseEntity<RequestView> draft(
      @Valid @RequestBody Draft body, Caller caller, HttpServletRequest http) {
    AccessRequest request =
        draft.handle(
            Fields.id("/offer", body.offer(), OfferId::of),
            Fields.id("/application", body.application(), ApplicationId::of),
            purposes(body.purposes()),
            body.reuse().strip(),
            caller);
    return ResponseEntity.created(URI.create("/api/v1/requests/" + request.id()))
        .eTag(ExpectedVersion.tag(request.version()))
        .body(view(request, http));
  }

  @GetMapping
  @Operation(
      operationId = "listRequests",
      summary = "List requests",
      description =
          "Newest first: the caller's own, those of the holders that they review for, and those of"
              + " the territories that they audit.")
  Page<RequestView> list(
      Caller caller,
      HttpServletRequest http,
      @RequestParam(required = false) @Nullable String territory,
      @RequestParam(required = false) @Nullable Integer limit,
      @RequestParam(required = false) @Nullable String after) {
    return requests
        .list(caller, territory(territories, territory), PageAsk.of(limit, after))
        .map(request -> view(request, http));
  }

  @GetMapping("/{id}")
  @Operation(
      operationId = "readRequest",
      summary = "Read a request",
      description = "With its deadline, what was decided, and what can be done about a refusal.")
  ResponseEntity<RequestView> read(
      @PathVariable AccessRequestId id, Caller caller, HttpServletRequest http) {
    return tagged(requests.see(id, caller), http);
  }

  @PostMapping("/{id}/submit")
  @Operation(
      operationId = "submitRequest",
      summary = "Accept the terms and send a request",
      description = "Where the offer's approval is automatic, this grants the agreement at once.")
  ResponseEntity<RequestView> submit(
      @PathVariable AccessRequestId id,
      @Valid @RequestBody Acceptance body,
      ExpectedVersion expected,
      Caller caller,
      HttpServletRequest http) {
    return tagged(submit.handle(id, body.acceptedTextSha256(), expected, caller), http);
  }

  @PostMapping("/{id}/approve")
  @Operation(
      operationId = "approveRequest",
      summary = "Approve a request",
      description = "The last approval needed grants the agreement.")
  ResponseEntity<RequestView> approve(
      @PathVariable AccessRequestId id,
      @Valid @RequestBody(required = false) @Nullable ApprovalNote body,
      ExpectedVersion expected,
      Caller caller,
      HttpServletRequest http) {
    return tagged(
        approve.handle(id, Optional.ofNullable(body).map(ApprovalNote::note), expected, caller),
        http);
  }

  @PostMapping("/{id}/refuse")
  @Operation(
      operationId = "refuseRequest",
      summary = "Refuse a request",
      description = "On a ground from the list; the applicant is told what can be done about it.")
  ResponseEntity<RequestView> refuse(
      @PathVariable AccessRequestId id,
      @Valid @RequestBody GroundedRefusal body,
      ExpectedVersion expected,
      Caller caller,
      HttpServletRequest http) {
    return tagged(
        refuse.handle(
            id,
            Fields.word("/ground", body.ground(), RefusalGround.values(), RefusalGround::word),
            note(body.note()),
            expected,
            caller),
        http);
  }

  @PostMapping("/{id}/withdraw")
  @Operation(
      operationId = "withdrawRequest",
      summary = "Take a request back",
      description = "At any time before it is decided.")
  ResponseEntity<RequestView> withdraw(
      @PathVariable AccessRequestId id,
      ExpectedVersion expected,
      Caller caller,
      HttpServletRequest http) {
    return tagged(withdraw.handle(id, expected, caller), http);
  }

  static Optional<String> note(@Nullable String note) {
    return Optional.ofNullable(note).map(String::strip).filter(text -> !text.isEmpty());
  }

  /** The territory of a query parameter, by its slug. */
  static Optional<TerritoryId> territory(Territories territories, @Nullable String slug) {
    return Optional.ofNullable(slug)
        .map(
            given ->
                territories
                    .find(given)
                    .map(Territory::id)
                    .orElseThrow(
                        () ->
                            new RefusedException(
                                Refusal.field("territory", "there is no such territory"))));
  }

  private static SortedSet<Purpose> purposes(List<String> terms) {
    SortedSet<Purpose> purposes = new TreeSet<>();
    List<Refusal.FieldError> errors = new ArrayList<>();
    for (int i = 0; i < terms.size(); i++) {
      Purpose purpose = Fields.read("/purposes/" + i, terms.get(i), Purpose::new);
      if (Purposes.dpv().find(purpose).isEmpty()) {
        errors.add(
            new Refusal.FieldError("/purposes/" + i, "is not a purpose of the vocabulary (DPV)"));
      }
      purposes.add(purpose);
    }
    if (!errors.isEmpty()) {
      throw new RefusedException(Refusal.fields(errors));
    }
    return purposes;
  }

  private ResponseEntity<RequestView> tagged(AccessRequest request, HttpServletRequest http) {
    return ResponseEntity.ok()
        .eTag(ExpectedVersion.tag(request.version()))
        .body(view(request, http));
  }

  private RequestView view(AccessRequest request, HttpServletRequest http) {
    Locale locale = Problems.language(http.getHeader(HttpHeaders.ACCEPT_LANGUAGE));
    RegisteredApplication application = applications.find(request.application()).orElseThrow();
    Optional<LegalClock.Basis> basis = request.legalBasis().map(legal::basis);
    return new RequestView(
        request.id().toString(),
        request.territory().toString(),
        request.holder().toString(),
        request.offer().toString(),
        request.application().toString(),
        new ReuserView(
            application.owner().kind(),
            application.owner().id(),
            application.ownerName(),
            application.reuserKind().word()),
        request.purposes().stream().map(Purpose::term).toList(),
        request.reuse(),
        request.state().word(),
        request.createdAt(),
        request.submittedAt().orElse(null),
        request.dueAt().orElse(null),
        basis.map(found -> found.article().in(locale)).orElse(null),
        request.closedAt().orElse(null),
        requests.decisions(request).stream()
            .map(
                decision ->
                    new DecisionView(
                        decision.reviewer().toString(),
                        decision.verdict(),
                        decision.ground().orElse(null),
                        decision.note().orElse(null),
                        decision.at()))
            .toList(),
        request.state() == RequestState.REFUSED
            ? basis.map(found -> found.redress().in(locale)).orElse(null)
            : null,
        agreements.of(request).map(agreement -> agreement.id().toString()).orElse(null));
  }
}
