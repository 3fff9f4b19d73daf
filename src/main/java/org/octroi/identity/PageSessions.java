package org.octroi.identity;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.octroi.audit.AuditTrail;
import org.octroi.vocabulary.Actor;
import org.octroi.vocabulary.PersonId;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.web.context.HttpSessionSecurityContextRepository;
import org.springframework.security.web.csrf.CsrfTokenRepository;
import org.springframework.security.web.savedrequest.RequestCache;
import org.springframework.security.web.savedrequest.SavedRequest;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Who is signed in at the pages. However somebody was found to be who they are (a password, an
 * issuer), their session begins here and is the same for all pages, those of the authorization
 * server too. Safe for use by many threads.
 */
@Component
public class PageSessions {

  static final String START = "/";

  private static final String HALF = HalfSignedIn.class.getName();
  private static final int HALF_SIGNED_IN_SECONDS = 600;
  private static final Duration FRESH = Duration.ofMinutes(10);

  private final JdbcClient jdbc;
  private final Clock clock;
  private final IdentityProperties settings;
  private final People people;
  private final RequestCache saved;
  private final CsrfTokenRepository csrf;
  private final AuditTrail trail;
  private final HttpSessionSecurityContextRepository contexts =
      new HttpSessionSecurityContextRepository();

  PageSessions(
      JdbcClient jdbc,
      Clock clock,
      IdentityProperties settings,
      People people,
      RequestCache saved,
      CsrfTokenRepository csrf,
      AuditTrail trail) {
    this.jdbc = jdbc;
    this.clock = clock;
    this.settings = settings;
    this.people = people;
    this.saved = saved;
    this.csrf = csrf;
    this.trail = trail;
  }

  /**
   * Begins the session of somebody who was just found to be who they are. Nothing of the session
   * before is taken over but where they wanted to go; its id and the forms' token are new, so that
   * nobody who knew them before knows them now.
   *
   * @param checkedFrom when the check began: a password that was changed since then was not theirs
   * @return where they go on: the path and query, at this desk, of the page that asked them to sign
   *     in, or {@code /}
   */
  @Transactional
  public String open(
      HttpServletRequest request,
      HttpServletResponse response,
      PersonId person,
      SignInMeans means,
      Instant checkedFrom) {
    String next = next(saved.getRequest(request, response));
    HttpSession before = request.getSession(false);
    if (before != null) {
      before.invalidate();
    }
    request.getSession(true).setMaxInactiveInterval((int) settings.sessionIdle().toSeconds());
    csrf.saveToken(null, request, response);
    SecurityContext context = SecurityContextHolder.createEmptyContext();
    context.setAuthentication(
        new PageAuthentication(new SignedInPerson(person.value(), checkedFrom, means)));
    SecurityContextHolder.setContext(context);
    contexts.saveContext(context, request, response);
    trail.record(
        new Actor.Person(person),
        "person.sign-in",
        Optional.empty(),
        "person",
        person.toString(),
        Map.of("means", means.word()));
    return next;
  }

  /**
   * Remembers somebody who has shown their password and has to show a code yet; where they wanted
   * to go is kept.
   *
   * @param checkedFrom when the check of the password began
   */
  public void awaitCode(HttpServletRequest request, PersonId person, Instant checkedFrom) {
    HttpSession session = request.getSession(true);
    request.changeSessionId();
    session.setMaxInactiveInterval(HALF_SIGNED_IN_SECONDS);
    session.setAttribute(HALF, new HalfSignedIn(person.value(), checkedFrom));
  }

  /**
   * Who has to show a code yet, with when the check of their password began; empty where nobody
   * has, or it is too long ago, or the password was changed since.
   */
  public Optional<SignedInPerson> awaitedCode(HttpServletRequest request) {
    HttpSession session = request.getSession(false);
    if (session == null
        || !(session.getAttribute(HALF) instanceof HalfSignedIn(UUID id, Instant since))
        || clock.instant().isAfter(since.plusSeconds(HALF_SIGNED_IN_SECONDS))
        || people.findSignedIn(new PersonId(id), since).isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(new SignedInPerson(id, since, SignInMeans.PASSWORD));
  }

  /** Ends the session that this request came with, if it has one. */
  public void close(HttpServletRequest request, HttpServletResponse response) {
    HttpSession session = request.getSession(false);
    if (session != null) {
      session.invalidate();
    }
    csrf.saveToken(null, request, response);
    SecurityContextHolder.clearContext();
  }

  /**
   * Ends all of a person's sessions, on all desks; in the caller's transaction, if there is one.
   *
   * @return how many there were
   */
  public int endAll(PersonId person) {
    return jdbc.sql("delete from PAGE_SESSION where PRINCIPAL_NAME = :person")
        .param("person", person.toString())
        .update();
  }

  /** Who is signed in on this request, which has come through the guard of the pages. */
  public Optional<SignedInPerson> signedIn() {
    Authentication authentication = SecurityContextHolder.getContext().getAuthentication();
    return authentication instanceof PageAuthentication page
        ? Optional.of(page.getPrincipal())
        : Optional.empty();
  }

  /**
   * Whether somebody has signed in a few minutes ago by other means than a password, which they may
   * not have: then it is not asked for before what a passer-by at an unlocked screen must not do.
   */
  public boolean isFreshWithoutPassword() {
    return signedIn()
        .filter(somebody -> somebody.cameWithoutPassword(clock.instant().minus(FRESH)))
        .isPresent();
  }

  /** Whether the session has lasted as long as one may, however busy it is. */
  boolean isOver(SignedInPerson somebody) {
    return !clock.instant().isBefore(somebody.since().plus(settings.sessionAtMost()));
  }

  /** Path and query alone, so that it leads nowhere but to this desk. */
  private static String next(@Nullable SavedRequest asked) {
    if (asked == null) {
      return START;
    }
    URI address = URI.create(asked.getRedirectUrl());
    String path = address.getRawPath();
    if (path == null || !path.startsWith("/") || path.startsWith("//")) {
      return START;
    }
    return address.getRawQuery() == null ? path : path + "?" + address.getRawQuery();
  }
}
