package org.octroi.agreement;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.octroi.agreement.RequestViews.RequestView;
import org.octroi.identity.web.ExpectedVersion;
import org.octroi.identity.web.Fields;
import org.octroi.vocabulary.AccessRequestId;
import org.octroi.vocabulary.Caller;
import org.octroi.vocabulary.PersonId;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Requests for an offer, for those who decide. */
@RestController
@RequestMapping("/api/v1/requests")
@Tag(name = "Requests", description = "Asking for an offer, and deciding on it")
class ReviewApi {

  private final ApproveRequest approve;
  private final ProposeTerms propose;
  private final RefuseRequest refuse;
  private final AskApplicant ask;
  private final AssignRequest assign;
  private final ExtendDeadline extend;
  private final LikeCases cases;
  private final RequestViews views;

  ReviewApi(
      ApproveRequest approve,
      ProposeTerms propose,
      RefuseRequest refuse,
      AskApplicant ask,
      AssignRequest assign,
      ExtendDeadline extend,
      LikeCases cases,
      RequestViews views) {
    this.approve = approve;
    this.propose = propose;
    this.refuse = refuse;
    this.ask = ask;
    this.assign = assign;
    this.extend = extend;
    this.cases = cases;
    this.views = views;
  }

  /** An approval. */
  record ApprovalNote(@Nullable @Size(max = 2000) @Pattern(regexp = Fields.TEXT) String note) {}

  /** A refusal. */
  record GroundedRefusal(
      @NotNull String ground,
      @Nullable @Size(max = 2000) @Pattern(regexp = Fields.TEXT) String note) {}

  /** Who looks after it; nobody where it is null. */
  record Assignment(@Nullable String reviewer) {}

  /** Why it takes longer. */
  record Extension(@NotBlank @Size(max = 2000) @Pattern(regexp = Fields.TEXT) String ground) {}

  @PostMapping("/{id}/approve")
  @Operation(
      operationId = "approveRequest",
      summary = "Approve a request",
      description =
          "The last approval needed grants the agreement, or sends the narrower terms of the first"
              + " of two reviewers to the applicant.")
  ResponseEntity<RequestView> approve(
      @PathVariable AccessRequestId id,
      @Valid @RequestBody(required = false) @Nullable ApprovalNote body,
      ExpectedVersion expected,
      Caller caller,
      Locale reader) {
    return views.tagged(
        approve.handle(id, RequestApi.note(body == null ? null : body.note()), expected, caller),
        reader);
  }

  @PostMapping("/{id}/propose")
  @Operation(
      operationId = "proposeTerms",
      summary = "Approve a request with narrower terms",
      description =
          "Shorter, for fewer purposes, with fewer columns or rows, a smaller area, a lower tier;"
              + " what is left out stays as the offer has it. The applicant accepts or takes the"
              + " request back.")
  ResponseEntity<RequestView> propose(
      @PathVariable AccessRequestId id,
      @Valid @RequestBody NarrowerTerms body,
      ExpectedVersion expected,
      Caller caller,
      Locale reader) {
    return views.tagged(propose.handle(id, body, expected, caller), reader);
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
      Locale reader) {
    return views.tagged(
        refuse.handle(
            id,
            Fields.word("/ground", body.ground(), RefusalGround.values(), RefusalGround::word),
            RequestApi.note(body.note()),
            expected,
            caller),
        reader);
  }

  @PostMapping("/{id}/ask")
  @Operation(
      operationId = "askApplicant",
      summary = "Ask the applicant for more",
      description = "The legal clock stands still until they answer; after 60 days it lapses.")
  ResponseEntity<RequestView> ask(
      @PathVariable AccessRequestId id,
      @Valid @RequestBody RequestApi.Text body,
      ExpectedVersion expected,
      Caller caller,
      Locale reader) {
    return views.tagged(ask.handle(id, body.text().strip(), expected, caller), reader);
  }

  @PostMapping("/{id}/assign")
  @Operation(
      operationId = "assignRequest",
      summary = "Say which reviewer looks after a request",
      description = "A reviewer of the holder, or nobody. Others may still decide.")
  ResponseEntity<RequestView> assign(
      @PathVariable AccessRequestId id,
      @Valid @RequestBody Assignment body,
      ExpectedVersion expected,
      Caller caller,
      Locale reader) {
    return views.tagged(
        assign.handle(
            id,
            Optional.ofNullable(body.reviewer())
                .map(person -> Fields.id("/reviewer", person, PersonId::of)),
            expected,
            caller),
        reader);
  }

  @PostMapping("/{id}/extend")
  @Operation(
      operationId = "extendDeadline",
      summary = "Take more time for an answer",
      description = "Once, on a ground, by as much as the legal basis allows.")
  ResponseEntity<RequestView> extend(
      @PathVariable AccessRequestId id,
      @Valid @RequestBody Extension body,
      ExpectedVersion expected,
      Caller caller,
      Locale reader) {
    return views.tagged(extend.handle(id, body.ground().strip(), expected, caller), reader);
  }

  @GetMapping("/{id}/like-cases")
  @Operation(
      operationId = "compareRequest",
      summary = "Compare a request with others",
      description =
          "For the holder's reviewers and auditors: how the same case was decided for other"
              + " reusers, and what else this reuser asked this holder for.")
  LikeCases.Comparison compare(@PathVariable AccessRequestId id, Caller caller) {
    return cases.of(id, caller);
  }
}
