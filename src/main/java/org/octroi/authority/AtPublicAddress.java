package org.octroi.authority;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Has a request at the address that its sender called, whatever a proxy in front made of it: a
 * proof names that address (RFC 9449 §4.2), and it is read from no header that anybody may send.
 */
final class AtPublicAddress extends OncePerRequestFilter {

  private final String desk;

  AtPublicAddress(String desk) {
    this.desk = desk;
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    chain.doFilter(
        new HttpServletRequestWrapper(request) {
          @Override
          public StringBuffer getRequestURL() {
            return new StringBuffer(desk).append(getRequestURI());
          }
        },
        response);
  }
}
