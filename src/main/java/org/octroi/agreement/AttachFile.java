package org.octroi.agreement;

import java.util.List;
import java.util.Map;
import org.octroi.identity.Applications;
import org.octroi.problem.ProblemType;
import org.octroi.problem.Refusal;
import org.octroi.problem.RefusedException;
import org.octroi.vocabulary.AccessRequestId;
import org.octroi.vocabulary.Caller;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Attaches a file to a request that is not closed: by either side, at most 20 of them and 50 MB in
 * all.
 *
 * @refuses not-found when the caller can't see the request
 * @refuses forbidden when the caller only reads
 * @refuses request-not-open when it is closed
 * @refuses unsupported-media-type when the bytes are nothing that may be attached
 * @refuses payload-too-large when it has too many files already, or too many bytes with this one
 * @refuses invalid-field when it is empty
 */
@Component
@Transactional
class AttachFile {

  static final int MOST_FILES = 20;
  static final long MOST_BYTES = 50L << 20;

  private final AccessRequests requests;
  private final Attachments attachments;
  private final Applications applications;
  private final RequestSteps steps;

  AttachFile(
      AccessRequests requests,
      Attachments attachments,
      Applications applications,
      RequestSteps steps) {
    this.requests = requests;
    this.attachments = attachments;
    this.applications = applications;
    this.steps = steps;
  }

  Attachments.Attachment handle(AccessRequestId id, String name, byte[] bytes, Caller by) {
    AccessRequest request = requests.hold(id, by);
    boolean reuser = applications.find(request.application()).orElseThrow().owner().includes(by);
    if (!reuser && !by.mayReview(request.holder())) {
      throw RefusedException.of(ProblemType.FORBIDDEN, "to attach anything");
    }
    if (request.state().isClosed()) {
      throw RefusedException.of(ProblemType.REQUEST_NOT_OPEN, request.state().word());
    }
    if (bytes.length == 0) {
      throw new RefusedException(Refusal.field("", "the body must be the file"));
    }
    AttachmentType type =
        AttachmentType.of(bytes)
            .orElseThrow(
                () -> RefusedException.of(ProblemType.UNSUPPORTED_MEDIA_TYPE, "of this file"));
    List<Attachments.Attachment> before = attachments.of(request);
    if (before.size() >= MOST_FILES
        || before.stream().mapToLong(Attachments.Attachment::size).sum() + bytes.length
            > MOST_BYTES) {
      throw RefusedException.of(ProblemType.PAYLOAD_TOO_LARGE, MOST_BYTES);
    }
    Attachments.Attachment attachment = attachments.add(request, by, name, type, bytes);
    steps.note(
        request,
        "attach",
        reuser ? RequestSteps.Quality.REUSER : RequestSteps.Quality.REVIEWER,
        Map.of("attachment", attachment.id(), "sha256", attachment.sha256()),
        by.actor());
    return attachment;
  }
}
