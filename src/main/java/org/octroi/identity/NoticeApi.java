package org.octroi.identity;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.octroi.identity.web.ExpectedVersion;
import org.octroi.identity.web.Fields;
import org.octroi.outbox.Outbox;
import org.octroi.problem.ProblemType;
import org.octroi.problem.RefusedException;
import org.octroi.territory.PageAsk;
import org.octroi.vocabulary.Bilingual;
import org.octroi.vocabulary.Caller;
import org.octroi.vocabulary.Page;
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

/**
 * What the caller was told, and how they want to be told.
 *
 * @refuses not-found when the caller was not told that notice
 */
@RestController
@RequestMapping("/api/v1/me")
@Tag(name = "Notices", description = "What people and their programs are told")
class NoticeApi {

  private final NoticeBoard board;
  private final People people;
  private final ChangeNotificationSettings change;
  private final Outbox outbox;

  NoticeApi(NoticeBoard board, People people, ChangeNotificationSettings change, Outbox outbox) {
    this.board = board;
    this.people = people;
    this.change = change;
    this.outbox = outbox;
  }

  /** What a notice is about. */
  record SubjectView(String kind, String id) {}

  /** A notice as one of its readers sees it. */
  record NoticeView(
      String id,
      String kind,
      Instant at,
      @Nullable String territory,
      SubjectView subject,
      Bilingual title,
      Bilingual text,
      boolean unread) {

    static NoticeView of(NoticeBoard.Posted posted) {
      Notice notice = posted.notice();
      return new NoticeView(
          posted.id().toString(),
          notice.kind(),
          posted.at(),
          notice.territory().map(TerritoryId::toString).orElse(null),
          new SubjectView(notice.subjectKind(), notice.subjectId()),
          notice.title(),
          notice.text(),
          posted.readAt().isEmpty());
    }
  }

  /**
   * How the caller is told things.
   *
   * @param mailServer whether there is a mail server at all; without one nobody is mailed
   */
  record SettingsView(String language, boolean mail, boolean mailServer) {}

  /** How the caller wants to be told things. */
  record Settings(@NotNull String language, @NotNull Boolean mail) {}

  @GetMapping("/notices")
  @Operation(
      operationId = "listMyNotices",
      summary = "List what I was told",
      description =
          "Newest first, read or not; the same that went out by mail, for those who get none.")
  Page<NoticeView> list(
      Caller caller,
      @RequestParam(required = false) @Nullable Integer limit,
      @RequestParam(required = false) @Nullable String after) {
    return board.of(caller.person(), PageAsk.of(limit, after)).map(NoticeView::of);
  }

  @PostMapping("/notices/{id}/read")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  @Operation(
      operationId = "markNoticeAsRead",
      summary = "Mark a notice as read",
      description = "For the caller alone. A second time changes nothing.")
  void read(@PathVariable NoticeId id, Caller caller) {
    if (!board.read(id, caller.person())) {
      throw RefusedException.of(ProblemType.NOT_FOUND, id.toString());
    }
  }

  @GetMapping("/notification-settings")
  @Operation(
      operationId = "readMyNotificationSettings",
      summary = "See how I am told things",
      description = "In which language, and whether by mail.")
  ResponseEntity<SettingsView> settings(Caller caller) {
    return tagged(people.settings(caller.person()));
  }

  @PutMapping("/notification-settings")
  @Operation(
      operationId = "changeMyNotificationSettings",
      summary = "Say how I want to be told things",
      description =
          "The language is fr or en. Without mail, notices are read at the desk, or by a webhook.")
  ResponseEntity<SettingsView> change(
      @Valid @RequestBody Settings settings, ExpectedVersion expected, Caller caller) {
    return tagged(
        change.handle(
            Fields.word("/language", settings.language(), Language.values(), Language::word),
            settings.mail(),
            expected,
            caller));
  }

  private ResponseEntity<SettingsView> tagged(NotificationSettings settings) {
    return ResponseEntity.ok()
        .eTag(ExpectedVersion.tag(settings.version()))
        .body(new SettingsView(settings.language().word(), settings.mailed(), outbox.mails()));
  }
}
