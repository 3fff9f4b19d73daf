package org.octroi.identity.web;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.octroi.problem.ProblemType;
import org.octroi.problem.Refusal;
import org.octroi.problem.RefusedException;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * No body at the desk is longer than 1 MB, and no file that is attached to a request longer than 10
 * MB: one that says so is refused unread, one that does not (chunked) is refused when it has been
 * read that far. Forms are limited by the server itself.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE + 10)
class BodyLimit extends OncePerRequestFilter {

  static final int MOST_BYTES = 1 << 20;
  static final int MOST_BYTES_OF_A_FILE = 10 << 20;

  private static final Pattern FILES = Pattern.compile("/api/v1/requests/[^/]{1,64}/attachments");

  private final ProblemAnswers problems;

  BodyLimit(ProblemAnswers problems) {
    this.problems = problems;
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    int most = FILES.matcher(request.getRequestURI()).matches() ? MOST_BYTES_OF_A_FILE : MOST_BYTES;
    if (request.getContentLengthLong() > most) {
      problems.write(request, response, refusal(most));
      return;
    }
    chain.doFilter(
        request.getContentLengthLong() < 0 ? new Limited(request, most) : request, response);
  }

  private static Refusal refusal(int most) {
    return Refusal.of(ProblemType.PAYLOAD_TOO_LARGE, most);
  }

  private static final class Limited extends HttpServletRequestWrapper {

    private final int most;

    Limited(HttpServletRequest request, int most) {
      super(request);
      this.most = most;
    }

    @Override
    public ServletInputStream getInputStream() throws IOException {
      return new CountedStream(super.getInputStream(), most);
    }

    @Override
    public BufferedReader getReader() throws IOException {
      Charset charset =
          getCharacterEncoding() == null
              ? StandardCharsets.UTF_8
              : Charset.forName(getCharacterEncoding());
      return new BufferedReader(new InputStreamReader(getInputStream(), charset));
    }
  }

  private static final class CountedStream extends ServletInputStream {

    private final ServletInputStream body;
    private final int most;
    private long read;

    CountedStream(ServletInputStream body, int most) {
      this.body = body;
      this.most = most;
    }

    @Override
    public int read() throws IOException {
      int next = body.read();
      count(next < 0 ? 0 : 1);
      return next;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      int count = body.read(into, offset, length);
      count(count);
      return count;
    }

    @Override
    public boolean isFinished() {
      return body.isFinished();
    }

    @Override
    public boolean isReady() {
      return body.isReady();
    }

    @Override
    public void setReadListener(ReadListener listener) {
      body.setReadListener(listener);
    }

    private void count(int bytes) {
      read += Math.max(0, bytes);
      if (read > most) {
        throw new RefusedException(refusal(most));
      }
    }
  }
}
