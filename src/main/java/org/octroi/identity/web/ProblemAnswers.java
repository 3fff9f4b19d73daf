package org.octroi.identity.web;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.octroi.problem.ProblemType;
import org.octroi.problem.Problems;
import org.octroi.problem.Refusal;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;

/**
 * Answers a refusal as an RFC 9457 problem in the reader's language, with the fields that belong to
 * its status. Safe for use by many threads.
 */
@Component
public class ProblemAnswers {

  private final Problems problems;

  ProblemAnswers(Problems problems) {
    this.problems = problems;
  }

  /** The refusal as an answer of a controller. */
  public ResponseEntity<byte[]> answer(HttpServletRequest request, Refusal refusal) {
    HttpHeaders fields = new HttpHeaders();
    fields.setContentType(MediaType.APPLICATION_PROBLEM_JSON);
    fields.setCacheControl("no-store");
    fields.add(HttpHeaders.VARY, HttpHeaders.ACCEPT_LANGUAGE);
    statusFields(refusal).forEach(fields::set);
    return new ResponseEntity<>(
        body(request, refusal), fields, HttpStatus.valueOf(refusal.type().status()));
  }

  /** Writes the refusal outright, for filters. */
  public void write(HttpServletRequest request, HttpServletResponse response, Refusal refusal)
      throws IOException {
    response.setStatus(refusal.type().status());
    response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
    response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
    response.addHeader(HttpHeaders.VARY, HttpHeaders.ACCEPT_LANGUAGE);
    statusFields(refusal).forEach(response::setHeader);
    byte[] body = body(request, refusal);
    response.setContentLength(body.length);
    response.getOutputStream().write(body);
  }

  /** A refusal that asks to wait, with {@code Retry-After}. */
  public static Refusal retryAfter(ProblemType type, Duration wait) {
    long seconds = Math.max(1, wait.toSeconds());
    return Refusal.of(type, seconds).with("retry_after", seconds);
  }

  private static Map<String, String> statusFields(Refusal refusal) {
    Map<String, String> fields = new LinkedHashMap<>();
    if (refusal.type().status() == 401) {
      fields.put(
          HttpHeaders.WWW_AUTHENTICATE,
          switch (refusal.type()) {
            case INVALID_TOKEN, EXPIRED_TOKEN -> "Bearer realm=\"octroi\", error=\"invalid_token\"";
            default -> "Bearer realm=\"octroi\"";
          });
    }
    Object wait = refusal.members().get("retry_after");
    if (wait != null) {
      fields.put(HttpHeaders.RETRY_AFTER, wait.toString());
    }
    return fields;
  }

  private byte[] body(HttpServletRequest request, Refusal refusal) {
    return problems.bytes(
        refusal,
        Problems.language(request.getHeader(HttpHeaders.ACCEPT_LANGUAGE)),
        RequestId.of(request));
  }
}
