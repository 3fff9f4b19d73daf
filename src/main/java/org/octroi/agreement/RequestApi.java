package org.octroi.agreement;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.octroi.agreement.RequestViews.RequestView;
import org.octroi.identity.web.ExpectedVersion;
import org.octroi.identity.web.Fields;
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
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Requests for an offer, for those who ask. */
@RestController
@RequestMapping("/api/v1/requests")
@Tag(name = "Requests", description = "Asking for an offer, and deciding on it")
class RequestApi {

  private final DraftRequest draft;
  private final RewriteDraft rewrite;
  private final SubmitRequest submit;
  private final AnswerReviewers answer;
  private final AcceptProposal accept;
  private final WithdrawRequest withdraw;
  private final AccessRequests requests;
  private final RequestViews views;
  private final Territories territories;

  RequestApi(
      DraftRequest draft,
      RewriteDraft rewrite,
      SubmitRequest submit,
      AnswerReviewers answer,
      AcceptProposal accept,
      WithdrawRequest withdraw,
      AccessRequests requests,
      RequestViews views,
      Territories territories) {
    this.draft = draft;
    this.rewrite = rewrite;
    this.submit = submit;
    this.answer = answer;
    this.accept = accept;
    this.withdraw = withdraw;
    this.requests = requests;
    this.views = views;
    this.territories = territories;
  }

  /** What is asked for, with answers to the questions of the offer's form by their ids. */
  record Draft(
      @NotBlank String offer,
      @NotBlank String application,
      @NotEmpty @Size(max = 20) List<@NotNull String> purposes,
      @NotBlank @Size(max = 2000) @Pattern(regexp = Fields.TEXT) String reuse,
      @Nullable Map<String, Object> answers) {}

  /** What a draft says instead. */
  record Redraft(
      @NotEmpty @Size(max = 20) List<@NotNull String> purposes,
      @NotBlank @Size(max = 2000) @Pattern(regexp = Fields.TEXT) String reuse,
      @Nullable Map<String, Object> answers) {}

  /** What is accepted: the licence text, by its hash. */
  record TextAccepted(@NotNull @Pattern(regexp = "[0-9a-f]{64}") String acceptedTextSha256) {}

  /** What is accepted: the licence text and the narrower terms, by their hashes. */
  record TermsAccepted(
      @NotNull @Pattern(regexp = "[0-9a-f]{64}") String acceptedTextSha256,
      @NotNull @Pattern(regexp = "[0-9a-f]{64}") String acceptedTermsSha256) {}

  /** What is written. */
  record Text(@NotBlank @Size(max = 5000) @Pattern(regexp = Fields.TEXT) String text) {}

  @PostMapping
  @ResponseStatus(HttpStatus.CREATED)
  @Operation(
      operationId = "draftRequest",
      summary = "Write down a request",
      description = "For an offer, an application of the caller's, purposes and the reuse in mind.")
  ResponseEntity<RequestView> draft(@Valid @RequestBody Draft body, Caller caller, Locale reader) {
    AccessRequest request =
        draft.handle(
            Fields.id("/offer", body.offer(), OfferId::of),
            Fields.id("/application", body.application(), ApplicationId::of),
            purposes(body.purposes()),
            body.reuse().strip(),
            answers(body.answers()),
            caller);
    return ResponseEntity.created(URI.create("/api/v1/requests/" + request.id()))
        .eTag(ExpectedVersion.tag(request.version()))
        .body(views.one(request, reader));
  }

  @PutMapping("/{id}")
  @Operation(
      operationId = "rewriteRequest",
      summary = "Rewrite a draft",
      description = "Its purposes, the reuse in mind and the answers, before it is sent.")
  ResponseEntity<RequestView> rewrite(
      @PathVariable AccessRequestId id,
      @Valid @RequestBody Redraft body,
      ExpectedVersion expected,
      Caller caller,
      Locale reader) {
    return views.tagged(
        rewrite.handle(
            id,
            purposes(body.purposes()),
            body.reuse().strip(),
            answers(body.answers()),
            expected,
            caller),
        reader);
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
      Locale reader,
      @RequestParam(required = false) @Nullable String territory,
      @RequestParam(required = false) @Nullable Integer limit,
      @RequestParam(required = false) @Nullable String after) {
    return views.page(
        requests.list(caller, territory(territories, territory), PageAsk.of(limit, after)), reader);
  }

  @GetMapping("/{id}")
  @Operation(
      operationId = "readRequest",
      summary = "Read a request",
      description = "With its deadline, what was decided, and what can be done about a refusal.")
  ResponseEntity<RequestView> read(@PathVariable AccessRequestId id, Caller caller, Locale reader) {
    return views.tagged(requests.see(id, caller), reader);
  }

  @PostMapping("/{id}/submit")
  @Operation(
      operationId = "submitRequest",
      summary = "Accept the terms and send a request",
      description = "Where the offer's approval is automatic, this grants the agreement at once.")
  ResponseEntity<RequestView> submit(
      @PathVariable AccessRequestId id,
      @Valid @RequestBody TextAccepted body,
      ExpectedVersion expected,
      Caller caller,
      Locale reader) {
    return views.tagged(submit.handle(id, body.acceptedTextSha256(), expected, caller), reader);
  }

  @PostMapping("/{id}/answer")
  @Operation(
      operationId = "answerRequest",
      summary = "Answer what the reviewers asked",
      description = "The legal clock goes on; the days of waiting are added to the term.")
  ResponseEntity<RequestView> answer(
      @PathVariable AccessRequestId id,
      @Valid @RequestBody Text body,
      ExpectedVersion expected,
      Caller caller,
      Locale reader) {
    return views.tagged(answer.handle(id, body.text().strip(), expected, caller), reader);
  }

  @PostMapping("/{id}/accept")
  @Operation(
      operationId = "acceptProposal",
      summary = "Accept narrower terms",
      description =
          "By the hash of the licence text and that of the terms; this grants the agreement.")
  ResponseEntity<RequestView> accept(
      @PathVariable AccessRequestId id,
      @Valid @RequestBody TermsAccepted body,
      ExpectedVersion expected,
      Caller caller,
      Locale reader) {
    return views.tagged(
        accept.handle(id, body.acceptedTextSha256(), body.acceptedTermsSha256(), expected, caller),
        reader);
  }

  @PostMapping("/{id}/withdraw")
  @Operation(
      operationId = "withdrawRequest",
      summary = "Take a request back",
      description = "At any time before it is decided; also to turn narrower terms down.")
  ResponseEntity<RequestView> withdraw(
      @PathVariable AccessRequestId id, ExpectedVersion expected, Caller caller, Locale reader) {
    return views.tagged(withdraw.handle(id, expected, caller), reader);
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

  static SortedSet<Purpose> purposes(List<String> terms) {
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

  private static Map<String, Object> answers(@Nullable Map<String, Object> answers) {
    return answers == null ? Map.of() : answers;
  }
}
