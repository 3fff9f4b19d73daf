package org.octroi.agreement;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.octroi.identity.web.Fields;
import org.octroi.problem.Refusal;
import org.octroi.problem.RefusedException;
import org.octroi.vocabulary.AccessRequestId;
import org.octroi.vocabulary.Caller;
import org.octroi.vocabulary.Page;
import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Files that go with a request. */
@RestController
@RequestMapping("/api/v1/requests/{id}/attachments")
@Tag(name = "Requests", description = "Asking for an offer, and deciding on it")
class AttachmentApi {

  private static final Pattern LINE = Pattern.compile(Fields.LINE);

  private final AccessRequests requests;
  private final Attachments attachments;
  private final AttachFile attach;

  AttachmentApi(AccessRequests requests, Attachments attachments, AttachFile attach) {
    this.requests = requests;
    this.attachments = attachments;
    this.attach = attach;
  }

  /** What is known of a file. */
  record AttachmentView(
      String id,
      String author,
      String name,
      String mediaType,
      long size,
      String sha256,
      Instant attachedAt) {

    static AttachmentView of(Attachments.Attachment attachment) {
      return new AttachmentView(
          attachment.id(),
          attachment.author().toString(),
          attachment.name(),
          attachment.mediaType(),
          attachment.size(),
          attachment.sha256(),
          attachment.at());
    }
  }

  @PostMapping(consumes = MediaType.ALL_VALUE)
  @ResponseStatus(HttpStatus.CREATED)
  @Operation(
      operationId = "attachFile",
      summary = "Attach a file to a request",
      description =
          "The body is the file, of 10 MB at most: PDF, PNG, JPEG, plain text in UTF-8,"
              + " OpenDocument text or Word without macros. What it is is told by its bytes.")
  AttachmentView attach(
      @PathVariable AccessRequestId id,
      @RequestParam String name,
      @RequestBody(required = false) byte @Nullable [] body,
      Caller caller) {
    if (name.length() > 200 || !LINE.matcher(name).matches() || name.matches(".*[/\\\\].*")) {
      throw new RefusedException(
          Refusal.field("name", "must be a file's name, of at most 200 characters, without /"));
    }
    return AttachmentView.of(attach.handle(id, name, body == null ? new byte[0] : body, caller));
  }

  @GetMapping
  @Operation(
      operationId = "listAttachments",
      summary = "List the files of a request",
      description = "Oldest first. There are few, so they come on one page.")
  Page<AttachmentView> list(@PathVariable AccessRequestId id, Caller caller) {
    List<Attachments.Attachment> all = attachments.of(requests.see(id, caller));
    return new Page<>(all.stream().map(AttachmentView::of).toList(), Optional.empty());
  }

  @GetMapping("/{attachment}")
  @Operation(
      operationId = "readAttachment",
      summary = "Download a file of a request",
      description = "As it was attached; never to be shown by the browser itself.",
      responses =
          @ApiResponse(
              responseCode = "200",
              description = "The file",
              content = {
                @Content(mediaType = "application/pdf"),
                @Content(mediaType = "image/png"),
                @Content(mediaType = "image/jpeg"),
                @Content(mediaType = "application/vnd.oasis.opendocument.text"),
                @Content(
                    mediaType =
                        "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
                @Content(mediaType = "text/plain")
              }))
  ResponseEntity<byte[]> read(
      @PathVariable AccessRequestId id, @PathVariable String attachment, Caller caller) {
    Attachments.Attachment found = attachments.find(requests.see(id, caller), attachment);
    return ResponseEntity.ok()
        .contentType(MediaType.parseMediaType(found.mediaType()))
        .header(
            HttpHeaders.CONTENT_DISPOSITION,
            ContentDisposition.attachment()
                .filename(found.name(), StandardCharsets.UTF_8)
                .build()
                .toString())
        .header("Content-Security-Policy", "sandbox; default-src 'none'")
        .header("X-Content-Type-Options", "nosniff")
        .eTag("\"" + found.sha256() + "\"")
        .body(attachments.bytes(found));
  }
}
