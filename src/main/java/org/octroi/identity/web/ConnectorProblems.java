package org.octroi.identity.web;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.apache.coyote.ActionCode;
import org.jspecify.annotations.Nullable;
import org.octroi.problem.ProblemType;
import org.octroi.problem.Problems;
import org.octroi.problem.Refusal;
import org.octroi.vocabulary.Id;
import org.springframework.http.HttpHeaders;

/**
 * What the server itself refuses before any filter sees it, such as an encoded backslash in a path,
 * is answered to programs as a problem too, and not as the server's own page.
 */
final class ConnectorProblems extends ErrorReportValve {

  private final Problems problems;

  ConnectorProblems(Problems problems) {
    this.problems = problems;
    setShowReport(false);
    setShowServerInfo(false);
  }

  @Override
  protected void report(Request request, Response response, @Nullable Throwable failure) {
    if (isForReaders(request.getRequestURI())) {
      super.report(request, response, failure);
      return;
    }
    if (response.getStatus() < 400
        || response.getContentWritten() > 0
        || !response.setErrorReported()
        || !mayWrite(response)) {
      return;
    }
    ProblemType type = type(response.getStatus());
    String id = Id.next().toString();
    byte[] body =
        problems.bytes(
            Refusal.of(type),
            Problems.language(request.getHeader(HttpHeaders.ACCEPT_LANGUAGE)),
            id);
    response.setStatus(type.status());
    response.setContentType(Problems.MEDIA_TYPE);
    response.setCharacterEncoding(StandardCharsets.UTF_8);
    response.setHeader(RequestId.FIELD, id);
    response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
    response.setHeader("X-Content-Type-Options", "nosniff");
    try {
      response.getReporter().write(new String(body, StandardCharsets.UTF_8));
      response.finishResponse();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** No browser sends an address that can't be read at all. */
  private static boolean isForReaders(@Nullable String path) {
    return path != null
        && !path.isEmpty()
        && !path.startsWith("/api/")
        && !path.startsWith("/oauth2/");
  }

  private static boolean mayWrite(Response response) {
    AtomicBoolean allowed = new AtomicBoolean();
    response.getCoyoteResponse().action(ActionCode.IS_IO_ALLOWED, allowed);
    return allowed.get();
  }

  private static ProblemType type(int status) {
    return switch (status) {
      case 404 -> ProblemType.NOT_FOUND;
      case 405 -> ProblemType.NOT_ALLOWED_METHOD;
      case 413 -> ProblemType.PAYLOAD_TOO_LARGE;
      case 414 -> ProblemType.URI_TOO_LONG;
      case 431 -> ProblemType.HEADER_FIELDS_TOO_LARGE;
      default -> status < 500 ? ProblemType.MALFORMED_REQUEST : ProblemType.INTERNAL_FAULT;
    };
  }
}
