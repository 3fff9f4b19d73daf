package org.octroi.issuer;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.octroi.audit.AuditTrail;
import org.octroi.identity.OutsidePeople;
import org.octroi.identity.PageGuard;
import org.octroi.identity.PageSessions;
import org.octroi.identity.Person;
import org.octroi.identity.SecondFactors;
import org.octroi.identity.SignIn;
import org.octroi.identity.SignInMeans;
import org.octroi.problem.ProblemType;
import org.octroi.problem.RefusedException;
import org.octroi.vocabulary.Actor;
import org.octroi.vocabulary.Caller;
import org.octroi.vocabulary.PersonId;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.client.authentication.OAuth2AuthenticationToken;
import org.springframework.security.oauth2.core.oidc.user.OidcUser;
import org.springframework.security.web.authentication.AuthenticationSuccessHandler;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Somebody comes back from an issuer that says who they are. An account belongs to them by the
 * issuer and its subject, never by an address alone: where somebody has an account with the address
 * that the issuer confirms, they are asked for its password once before the two are one. Somebody
 * new gets an account. Each time their roles are made what the issuer's claims say now.
 */
@Component
public class SignInArrival implements AuthenticationSuccessHandler {

  /** The page that asks for the password. */
  public static final String CONFIRM = "/sign-in/confirm";

  private static final String PENDING = SignInArrival.class.getName();
  private static final Duration PATIENCE = Duration.ofMinutes(15);
  private static final int LONGEST_NAME = 120;
  private static final int LONGEST_ADDRESS = 254;
  private static final int LONGEST_SUBJECT = 255;

  private final SignInProviders providers;
  private final OutsidePeople people;
  private final PageSessions sessions;
  private final SignIn signIn;
  private final SecondFactors secondFactors;
  private final AuditTrail trail;
  private final TransactionTemplate transaction;
  private final Clock clock;

  SignInArrival(
      SignInProviders providers,
      OutsidePeople people,
      PageSessions sessions,
      SignIn signIn,
      SecondFactors secondFactors,
      AuditTrail trail,
      TransactionTemplate transaction,
      Clock clock) {
    this.providers = providers;
    this.people = people;
    this.sessions = sessions;
    this.signIn = signIn;
    this.secondFactors = secondFactors;
    this.trail = trail;
    this.transaction = transaction;
    this.clock = clock;
  }

  /**
   * Somebody of whom it is to be confirmed that an account is theirs.
   *
   * @param provider the provider's id
   * @param subject who they are there
   * @param email the address that both have
   * @param at when they came back
   * @param values what the role claim says
   */
  private record Pending(
      String provider, String subject, String email, Instant at, List<String> values) {

    /** As a session keeps it, which holds plain values alone. */
    ArrayList<String> kept() {
      ArrayList<String> kept = new ArrayList<>(List.of(provider, subject, email, at.toString()));
      kept.addAll(values);
      return kept;
    }

    static Pending of(List<?> kept) {
      List<String> texts = kept.stream().map(String::valueOf).toList();
      return new Pending(
          texts.get(0),
          texts.get(1),
          texts.get(2),
          Instant.parse(texts.get(3)),
          texts.subList(4, texts.size()));
    }
  }

  @Override
  public void onAuthenticationSuccess(
      HttpServletRequest request, HttpServletResponse response, Authentication authentication) {
    Instant now = clock.instant();
    if (!(authentication instanceof OAuth2AuthenticationToken token)
        || !(token.getPrincipal() instanceof OidcUser user)) {
      throw new IllegalStateException("Nobody comes back here but by OpenID Connect");
    }
    SignInProvider provider =
        providers.find(token.getAuthorizedClientRegistrationId()).orElseThrow();
    String subject = Objects.requireNonNull(user.getSubject());
    List<String> values = values(user.getClaims(), provider.roleClaim());
    if (subject.length() > LONGEST_SUBJECT) {
      seeOther(response, PageGuard.SIGN_IN + "?issuer=failed");
      return;
    }
    Optional<PersonId> known = providers.personOf(provider.id(), subject);
    if (known.isPresent()) {
      enter(request, response, provider, known.get(), values, now);
      return;
    }
    String email = Objects.requireNonNullElse(user.getEmail(), "").strip();
    if (email.isEmpty()
        || email.length() > LONGEST_ADDRESS
        || !email.contains("@")
        || !(provider.addressesConfirmed() || Boolean.TRUE.equals(user.getEmailVerified()))) {
      seeOther(response, PageGuard.SIGN_IN + "?issuer=address");
      return;
    }
    if (people.ofAddress(email).isPresent()) {
      request
          .getSession(true)
          .setAttribute(
              PENDING, new Pending(provider.id().toString(), subject, email, now, values).kept());
      seeOther(response, CONFIRM);
      return;
    }
    String unknownPassword = people.unknownPassword();
    @Nullable PersonId made =
        transaction.execute(
            status -> {
              Person person =
                  people.open(email, name(user, email), request.getLocale(), unknownPassword);
              link(provider, subject, person.id());
              return person.id();
            });
    enter(request, response, provider, Objects.requireNonNull(made), values, now);
  }

  /** Where somebody is sent to a provider of this name from. */
  public static String to(String slug) {
    return ProviderSecurity.TO + "/" + slug;
  }

  /** Where they come back to. */
  public static String back(String slug) {
    return ProviderSecurity.BACK + slug;
  }

  /** Where the provider tells that somebody signed out there. */
  public static String ended(String slug) {
    return ProviderSecurity.LOGOUT + slug;
  }

  /** The address of the account that is to be confirmed in this session. */
  public Optional<String> toConfirm(HttpServletRequest request) {
    return pending(request).map(Pending::email);
  }

  /**
   * Confirms by the account's password, and its second factor if it has one, that it is theirs, and
   * signs them in.
   *
   * @param code of the second factor; may be empty where there is none
   * @param address the network address that the try comes from
   * @return where they go on
   * @refuses wrong-credentials when it is not the password, or not the code
   * @refuses too-many-tries when there were too many failures, or too many tries at once
   * @refuses conflict when nothing is to be confirmed any more
   */
  public String confirm(
      HttpServletRequest request,
      HttpServletResponse response,
      String password,
      String code,
      String address) {
    Instant begun = clock.instant();
    Pending pending =
        pending(request)
            .orElseThrow(
                () -> RefusedException.of(ProblemType.CONFLICT, "sign in with the issuer again"));
    SignInProvider provider =
        providers
            .find(ProviderId.of(pending.provider()))
            .orElseThrow(
                () -> RefusedException.of(ProblemType.CONFLICT, "sign in with the issuer again"));
    Person person = signIn.check(pending.email(), password, address);
    if (secondFactors.isOn(person.id())) {
      secondFactors.check(person.id(), code);
    }
    transaction.executeWithoutResult(
        status -> {
          link(provider, pending.subject(), person.id());
          hold(provider, person.id(), pending.values());
        });
    request.getSession(true).removeAttribute(PENDING);
    return sessions.open(request, response, person.id(), SignInMeans.ISSUER, begun);
  }

  private Optional<Pending> pending(HttpServletRequest request) {
    @Nullable HttpSession session = request.getSession(false);
    return session != null && session.getAttribute(PENDING) instanceof List<?> kept
        ? Optional.of(Pending.of(kept))
            .filter(pending -> pending.at().plus(PATIENCE).isAfter(clock.instant()))
        : Optional.empty();
  }

  private void link(SignInProvider provider, String subject, PersonId person) {
    if (providers.link(provider.id(), subject, person, clock.instant())) {
      trail.record(
          new Actor.Person(person),
          "person.link-issuer",
          Optional.empty(),
          "person",
          person.toString(),
          Map.of("issuer", provider.issuer()));
    }
  }

  private void enter(
      HttpServletRequest request,
      HttpServletResponse response,
      SignInProvider provider,
      PersonId person,
      List<String> values,
      Instant begun) {
    if (people.active(person).isEmpty()) {
      seeOther(response, PageGuard.SIGN_IN + "?issuer=failed");
      return;
    }
    transaction.executeWithoutResult(status -> hold(provider, person, values));
    seeOther(response, sessions.open(request, response, person, SignInMeans.ISSUER, begun));
  }

  private void hold(SignInProvider provider, PersonId person, List<String> values) {
    Set<Caller.Grant> roles = new HashSet<>();
    for (SignInProvider.MappedRole mapped : provider.roles()) {
      if (values.contains(mapped.value())) {
        roles.add(mapped.grant());
      }
    }
    Set<UUID> before = providers.grantsOf(provider.id(), person);
    if (!roles.isEmpty() || !before.isEmpty()) {
      providers.keepGrants(provider.id(), person, people.hold(person, roles, before));
    }
  }

  /** What a claim says, wherever in the claims it lies: {@code realm_access.roles}. */
  private static List<String> values(Map<String, Object> claims, String path) {
    if (path.isEmpty()) {
      return List.of();
    }
    @Nullable Object at = claims.get(path);
    if (at == null) {
      at = claims;
      for (String part : path.split("\\.")) {
        at = at instanceof Map<?, ?> members ? members.get(part) : null;
      }
    }
    return switch (at) {
      case null -> List.of();
      case String one -> List.of(one.split(" "));
      case Collection<?> several -> several.stream().map(String::valueOf).toList();
      default -> List.of();
    };
  }

  private static String name(OidcUser user, String email) {
    String said = Objects.requireNonNullElse(user.getFullName(), "").strip();
    if (said.isEmpty()) {
      said = (Objects.requireNonNullElse(user.getGivenName(), "") + " " + familyName(user)).strip();
    }
    // No control or format characters, so that nothing can hide in a name or turn it around.
    String name = said.replaceAll("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]", "");
    String shown = name.isBlank() ? email.substring(0, email.indexOf('@')) : name;
    return shown.substring(0, Math.min(shown.length(), LONGEST_NAME));
  }

  /** ProConnect has a name of its own for it. */
  private static String familyName(OidcUser user) {
    @Nullable String name = user.getFamilyName();
    return name == null
        ? Objects.requireNonNullElse(user.getClaimAsString("usual_name"), "")
        : name;
  }

  static void seeOther(HttpServletResponse response, String address) {
    response.setStatus(HttpStatus.SEE_OTHER.value());
    response.setHeader(HttpHeaders.LOCATION, address);
  }
}
