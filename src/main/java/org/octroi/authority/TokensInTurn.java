package org.octroi.authority;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.concurrent.Semaphore;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Lets a few at a time to the token endpoint, in the order in which they came. A token is almost
 * nothing but work for the processor: all at once would take turns at it and all be late. Who is
 * still sending holds nobody up.
 */
final class TokensInTurn extends OncePerRequestFilter {

  /** Some wait for the database. */
  private static final int PER_PROCESSOR = 6;

  private final String path;
  private final Semaphore turns =
      new Semaphore(PER_PROCESSOR * Runtime.getRuntime().availableProcessors(), true);

  TokensInTurn(String path) {
    this.path = path;
  }

  @Override
  protected boolean shouldNotFilter(HttpServletRequest request) {
    return !path.equals(request.getServletPath());
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    request.getParameterMap();
    turns.acquireUninterruptibly();
    try {
      chain.doFilter(request, response);
    } finally {
      turns.release();
    }
  }
}
