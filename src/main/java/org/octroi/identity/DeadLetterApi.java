package org.octroi.identity;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.octroi.outbox.Delivery;
import org.octroi.outbox.MessageId;
import org.octroi.outbox.Outbox;
import org.octroi.problem.ProblemType;
import org.octroi.problem.RefusedException;
import org.octroi.territory.PageAsk;
import org.octroi.vocabulary.Caller;
import org.octroi.vocabulary.Page;
import org.octroi.vocabulary.TerritoryId;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/**
 * Messages that could not be delivered, for those who can do something about it.
 *
 * @refuses forbidden when the caller may read no territory's record
 */
@RestController
@RequestMapping("/api/v1/outbox/dead-letters")
@Tag(name = "Outbox", description = "Messages that could not be delivered")
class DeadLetterApi {

  private final Outbox outbox;
  private final SendAgain sendAgain;

  DeadLetterApi(Outbox outbox, SendAgain sendAgain) {
    this.outbox = outbox;
    this.sendAgain = sendAgain;
  }

  /**
   * A dead letter, unopened.
   *
   * @param means {@code mail}, {@code webhook} or {@code errand}
   * @param recipient the id of the person or the webhook
   */
  record DeadLetterView(
      String id,
      String means,
      String kind,
      @Nullable String territory,
      String recipient,
      int tries,
      @Nullable String error,
      Instant createdAt,
      @Nullable Instant diedAt) {

    static DeadLetterView of(Delivery letter) {
      return new DeadLetterView(
          letter.id().toString(),
          letter.means().word(),
          letter.kind(),
          letter.territory().map(TerritoryId::toString).orElse(null),
          letter.recipient(),
          letter.tries(),
          letter.error().orElse(null),
          letter.createdAt(),
          letter.endedAt().orElse(null));
    }
  }

  @GetMapping
  @Operation(
      operationId = "listDeadLetters",
      summary = "List what could not be delivered",
      description =
          "Newest first, never with what is in it: all, for operators and auditors; those of a"
              + " territory, for its administrators and auditors.")
  Page<DeadLetterView> list(
      Caller caller,
      @RequestParam(required = false) @Nullable Integer limit,
      @RequestParam(required = false) @Nullable String after) {
    PageAsk ask = PageAsk.of(limit, after);
    Optional<Set<TerritoryId>> reach =
        caller.mayAudit(Optional.empty())
            ? Optional.empty()
            : Optional.of(caller.auditedTerritories());
    if (reach.filter(Set::isEmpty).isPresent()) {
      throw RefusedException.of(ProblemType.FORBIDDEN);
    }
    return Page.of(
            outbox.deadLetters(reach, ask.after(), ask.fetch()),
            ask.limit(),
            letter -> letter.id().toString())
        .map(DeadLetterView::of);
  }

  @PostMapping("/{id}/retry")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  @Operation(
      operationId = "sendDeadLetterAgain",
      summary = "Try a dead letter again",
      description = "From the first try, with all the further ones if it fails.")
  void retry(@PathVariable MessageId id, Caller caller) {
    sendAgain.handle(id, caller);
  }
}
