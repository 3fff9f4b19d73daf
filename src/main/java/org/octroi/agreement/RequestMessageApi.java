package org.octroi.agreement;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.octroi.territory.PageAsk;
import org.octroi.vocabulary.AccessRequestId;
import org.octroi.vocabulary.Caller;
import org.octroi.vocabulary.Page;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** What both sides of a request write to each other. */
@RestController
@RequestMapping("/api/v1/requests/{id}/messages")
@Tag(name = "Requests", description = "Asking for an offer, and deciding on it")
class RequestMessageApi {

  private final AccessRequests requests;
  private final RequestMessages messages;
  private final WriteMessage write;

  RequestMessageApi(AccessRequests requests, RequestMessages messages, WriteMessage write) {
    this.requests = requests;
    this.messages = messages;
    this.write = write;
  }

  /**
   * A message.
   *
   * @param side {@code reuser} or {@code holder}
   * @param kind {@code message}, {@code question} (stopped the legal clock) or {@code answer}
   */
  record MessageView(
      String id, String author, String side, String kind, String text, Instant writtenAt) {

    static MessageView of(RequestMessages.Message message) {
      return new MessageView(
          message.id(),
          message.author().toString(),
          message.side().word(),
          message.kind().word(),
          message.body(),
          message.writtenAt());
    }
  }

  @GetMapping
  @Operation(
      operationId = "listMessages",
      summary = "Read the messages of a request",
      description = "Oldest first.")
  Page<MessageView> list(
      @PathVariable AccessRequestId id,
      Caller caller,
      @RequestParam(required = false) @Nullable Integer limit,
      @RequestParam(required = false) @Nullable String after) {
    return messages.list(requests.see(id, caller), PageAsk.of(limit, after)).map(MessageView::of);
  }

  @PostMapping
  @ResponseStatus(HttpStatus.CREATED)
  @Operation(
      operationId = "writeMessage",
      summary = "Write to the other side",
      description = "It stops no clock: for that, reviewers ask.")
  MessageView write(
      @PathVariable AccessRequestId id, @Valid @RequestBody RequestApi.Text body, Caller caller) {
    return MessageView.of(write.handle(id, body.text().strip(), caller));
  }
}
