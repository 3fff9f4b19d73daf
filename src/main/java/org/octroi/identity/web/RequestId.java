package org.octroi.identity.web;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.octroi.vocabulary.Id;
import org.slf4j.MDC;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Names each request, in the answer ({@code Octroi-Request}), in every line of the log (MDC {@code
 * request}) and in each problem's {@code instance}. The id is always ours: one sent by the caller
 * would let them write into our log.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
public class RequestId extends OncePerRequestFilter {

  private static final String ATTRIBUTE = RequestId.class.getName();
  static final String FIELD = "Octroi-Request";
  private static final String MDC_KEY = "request";

  /** The id of a request that passed this filter. */
  public static String of(ServletRequest request) {
    return request.getAttribute(ATTRIBUTE) instanceof String id ? id : "unknown";
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    String id = Id.next().toString();
    request.setAttribute(ATTRIBUTE, id);
    response.setHeader(FIELD, id);
    try (MDC.MDCCloseable closed = MDC.putCloseable(MDC_KEY, id)) {
      chain.doFilter(request, response);
    }
  }
}
