package org.octroi.identity.web;

import jakarta.servlet.ServletRequest;
import java.util.Optional;
import java.util.function.Supplier;
import org.octroi.vocabulary.Caller;

/**
 * The person who is signed in on a request for a page.
 *
 * @param name how they want to be called
 * @param caller who they are and what they may do, looked up when it is first asked for
 */
public record CallerOfPage(String name, Supplier<Caller> caller) {

  private static final String ATTRIBUTE = CallerOfPage.class.getName();

  /** Keeps it with the request. */
  public void on(ServletRequest request) {
    request.setAttribute(ATTRIBUTE, this);
  }

  /** Of this request; empty where nobody is signed in. */
  public static Optional<CallerOfPage> of(ServletRequest request) {
    return request.getAttribute(ATTRIBUTE) instanceof CallerOfPage page
        ? Optional.of(page)
        : Optional.empty();
  }
}
