package org.octroi.identity;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import org.octroi.identity.web.CallerOfPage;
import org.octroi.vocabulary.SignedIn;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Whether the session that a request came with still stands: the account may have ended, or the
 * session lasted long enough. What a caller may do is looked up anew for each request, so that a
 * role taken away is gone at once.
 */
@Component
class SessionCheck extends OncePerRequestFilter {

  private final PageSessions sessions;
  private final People people;
  private final RoleGrants grants;

  SessionCheck(PageSessions sessions, People people, RoleGrants grants) {
    this.sessions = sessions;
    this.people = people;
    this.grants = grants;
  }

  static boolean isAsset(HttpServletRequest request) {
    return request.getRequestURI().startsWith("/assets/");
  }

  @Override
  protected boolean shouldNotFilter(HttpServletRequest request) {
    return isAsset(request);
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    Optional<SignedInPerson> somebody = sessions.signedIn();
    if (somebody.isPresent()) {
      Optional<Person> person =
          sessions.isOver(somebody.get())
              ? Optional.empty()
              : people.findSignedIn(somebody.get().person(), somebody.get().since());
      if (person.isEmpty()) {
        sessions.close(request, response);
      } else {
        new CallerOfPage(
                person.get().displayName(),
                () -> grants.caller(person.get().id(), SignedIn.SESSION))
            .on(request);
        response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
      }
    }
    chain.doFilter(request, response);
  }

  /** It belongs to the chains of pages, and to no other. */
  @Configuration(proxyBeanMethods = false)
  static class OnChainsOnly {

    @Bean
    FilterRegistrationBean<SessionCheck> sessionCheckRegistration(SessionCheck check) {
      FilterRegistrationBean<SessionCheck> registration = new FilterRegistrationBean<>(check);
      registration.setEnabled(false);
      return registration;
    }
  }
}
