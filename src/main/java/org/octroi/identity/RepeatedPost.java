package org.octroi.identity;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.octroi.identity.web.ProblemAnswers;
import org.octroi.problem.ProblemType;
import org.octroi.problem.Refusal;
import org.octroi.problem.RefusedException;
import org.octroi.secret.Seal;
import org.octroi.vocabulary.Caller;
import org.octroi.vocabulary.Sha256;
import org.octroi.vocabulary.UtcTimes;
import org.springframework.core.annotation.Order;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.http.HttpHeaders;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.util.ContentCachingResponseWrapper;
import tools.jackson.databind.json.JsonMapper;

/**
 * Answers a {@code POST} that carries an {@code Idempotency-Key} once: the same key with the same
 * request gets the same answer again for a day (draft-ietf-httpapi-idempotency-key-header). Keys
 * are each person's own. Answers may hold secrets that are shown once, so they are kept sealed.
 *
 * <p>The key is taken before the work begins. While it is being done, or if the process dies in the
 * middle, the same key is refused with {@code conflict} for {@link #WORKING}: whether the work was
 * done is then for the caller to see. A fault of ours, or a refusal to be tried again later, frees
 * the key.
 */
@Component
@Order(0) // after the guards, which know the caller
class RepeatedPost extends OncePerRequestFilter {

  private static final String FIELD = "Idempotency-Key";
  private static final String SEALED_FOR = "idempotent-answer";
  private static final int LONGEST_KEY = 200;
  private static final Duration KEPT = Duration.ofHours(24);
  private static final Duration WORKING = Duration.ofMinutes(2);

  private final JdbcClient jdbc;
  private final Clock clock;
  private final Seal seal;
  private final JsonMapper json;
  private final ProblemAnswers problems;

  RepeatedPost(JdbcClient jdbc, Clock clock, Seal seal, JsonMapper json, ProblemAnswers problems) {
    this.jdbc = jdbc;
    this.clock = clock;
    this.seal = seal;
    this.json = json;
    this.problems = problems;
  }

  /** An answer as it is kept. */
  record Answer(
      int status,
      @Nullable String contentType,
      @Nullable String location,
      @Nullable String entityTag,
      byte[] body) {}

  private record Earlier(String requestHash, Optional<String> sealedAnswer) {}

  @Override
  protected boolean shouldNotFilter(HttpServletRequest request) {
    return !request.getMethod().equals("POST")
        || !request.getRequestURI().startsWith("/api/")
        || request.getHeader(FIELD) == null;
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    Authentication authentication = SecurityContextHolder.getContext().getAuthentication();
    if (authentication == null || !(authentication.getPrincipal() instanceof Caller caller)) {
      // Nobody's keys would be everybody's: registering and signing in are not remembered.
      chain.doFilter(request, response);
      return;
    }
    String key = request.getHeader(FIELD);
    if (key.isBlank() || key.length() > LONGEST_KEY) {
      problems.write(
          request,
          response,
          Refusal.field(FIELD, "must be 1 to " + LONGEST_KEY + " characters long"));
      return;
    }
    byte[] body;
    try {
      body = request.getInputStream().readAllBytes();
    } catch (RefusedException tooLarge) {
      problems.write(request, response, tooLarge.refusal());
      return;
    }
    String person = caller.person().toString();
    String keyHash = hash(key);
    String requestHash =
        Sha256.hex(
            (request.getRequestURI()
                    + "\n"
                    + Objects.requireNonNullElse(request.getHeader(HttpHeaders.IF_MATCH), "")
                    + "\n"
                    + hash(new String(body, StandardCharsets.ISO_8859_1)))
                .getBytes(StandardCharsets.UTF_8));
    Optional<Earlier> earlier = take(person, keyHash, requestHash);
    if (earlier.isPresent()) {
      answerAgain(earlier.get(), requestHash, request, response);
      return;
    }
    work(person, keyHash, new Reread(request, body), response, chain);
  }

  private void work(
      String person,
      String keyHash,
      HttpServletRequest request,
      HttpServletResponse response,
      FilterChain chain)
      throws ServletException, IOException {
    ContentCachingResponseWrapper copy = new ContentCachingResponseWrapper(response);
    boolean kept = false;
    try {
      chain.doFilter(request, copy);
      if (copy.getStatus() < 500 && copy.getStatus() != 429) {
        keep(person, keyHash, copy);
        kept = true;
      }
    } finally {
      if (!kept) {
        free(person, keyHash);
      }
    }
    copy.copyBodyToResponse();
  }

  private void answerAgain(
      Earlier earlier, String requestHash, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    if (!earlier.requestHash().equals(requestHash)) {
      problems.write(request, response, Refusal.of(ProblemType.IDEMPOTENCY_KEY_REUSED));
      return;
    }
    if (earlier.sealedAnswer().isEmpty()) {
      problems.write(
          request,
          response,
          Refusal.of(ProblemType.CONFLICT, "the first request with this key is being worked on"));
      return;
    }
    Answer answer =
        json.readValue(seal.open(SEALED_FOR, earlier.sealedAnswer().get()), Answer.class);
    response.setStatus(answer.status());
    setIfPresent(response, HttpHeaders.CONTENT_TYPE, answer.contentType());
    setIfPresent(response, HttpHeaders.LOCATION, answer.location());
    setIfPresent(response, HttpHeaders.ETAG, answer.entityTag());
    response.setContentLength(answer.body().length);
    response.getOutputStream().write(answer.body());
  }

  private static void setIfPresent(
      HttpServletResponse response, String field, @Nullable String value) {
    if (value != null) {
      response.setHeader(field, value);
    }
  }

  /** Takes the key, or finds who took it. */
  private Optional<Earlier> take(String person, String keyHash, String requestHash) {
    // Who took it may free it before it is looked at: then it is to be had, once more.
    for (int time = 0; time < 2; time++) {
      if (insert(person, keyHash, requestHash)) {
        return Optional.empty();
      }
      Optional<Earlier> earlier = find(person, keyHash);
      if (earlier.isPresent()) {
        return earlier;
      }
    }
    return Optional.of(new Earlier(requestHash, Optional.empty()));
  }

  /** Whether the key was free. */
  private boolean insert(String person, String keyHash, String requestHash) {
    Instant now = clock.instant();
    jdbc.sql("delete from idempotent_answer where expires_at <= :now")
        .param("now", UtcTimes.column(now))
        .update();
    try {
      jdbc.sql(
              """
              insert into idempotent_answer (person_id, key_sha256, request_sha256, expires_at)
              values (:person, :key, :request, :expires)
              """)
          .param("person", person)
          .param("key", keyHash)
          .param("request", requestHash)
          .param("expires", UtcTimes.column(now.plus(WORKING)))
          .update();
      return true;
    } catch (DuplicateKeyException e) {
      return false;
    }
  }

  private Optional<Earlier> find(String person, String keyHash) {
    return jdbc.sql(
            """
            select request_sha256, sealed_answer
            from idempotent_answer where person_id = :person and key_sha256 = :key
            """)
        .param("person", person)
        .param("key", keyHash)
        .query(
            (row, n) ->
                new Earlier(
                    row.getString("request_sha256"),
                    Optional.ofNullable(row.getString("sealed_answer"))))
        .optional();
  }

  private void keep(String person, String keyHash, ContentCachingResponseWrapper answer) {
    byte[] whole =
        json.writeValueAsBytes(
            new Answer(
                answer.getStatus(),
                answer.getContentType(),
                answer.getHeader(HttpHeaders.LOCATION),
                answer.getHeader(HttpHeaders.ETAG),
                answer.getContentAsByteArray()));
    jdbc.sql(
            """
            update idempotent_answer set sealed_answer = :answer, expires_at = :expires
            where person_id = :person and key_sha256 = :key
            """)
        .param("answer", seal.seal(SEALED_FOR, whole))
        .param("expires", UtcTimes.column(clock.instant().plus(KEPT)))
        .param("person", person)
        .param("key", keyHash)
        .update();
  }

  private void free(String person, String keyHash) {
    jdbc.sql("delete from idempotent_answer where person_id = :person and key_sha256 = :key")
        .param("person", person)
        .param("key", keyHash)
        .update();
  }

  private static String hash(String text) {
    return Sha256.hex(text);
  }

  /** The request with the body that was read already. */
  private static final class Reread extends HttpServletRequestWrapper {

    private final byte[] body;

    Reread(HttpServletRequest request, byte[] body) {
      super(request);
      this.body = body;
    }

    @Override
    public ServletInputStream getInputStream() {
      ByteArrayInputStream bytes = new ByteArrayInputStream(body);
      return new ServletInputStream() {
        @Override
        public int read() {
          return bytes.read();
        }

        @Override
        public int read(byte[] into, int offset, int length) {
          return bytes.read(into, offset, length);
        }

        @Override
        public boolean isFinished() {
          return bytes.available() == 0;
        }

        @Override
        public boolean isReady() {
          return true;
        }

        @Override
        public void setReadListener(ReadListener listener) {
          throw new IllegalStateException("this body is in memory and is read without waiting");
        }
      };
    }

    @Override
    public BufferedReader getReader() {
      return new BufferedReader(new InputStreamReader(getInputStream(), StandardCharsets.UTF_8));
    }
  }
}
