package org.octroi.authority;

import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.octroi.entitlement.Entitlements;
import org.octroi.entitlement.Snapshot;
import org.octroi.problem.PublicAddresses;
import org.octroi.vocabulary.ApplicationId;
import org.octroi.vocabulary.Purpose;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.core.oidc.OidcScopes;

/**
 * What a client asks a token for. One token is for one resource (RFC 8707 §2): the gate, or, where
 * a person lets an application act for them, the desk. At the gate each scope and each of the
 * {@code authorization_details} (RFC 9396) must be one that an agreement in force gives; none asked
 * means whatever the agreements give, at the time of each request.
 */
final class AskedAccess {

  /** Everything that the person may do at the desk. */
  static final String DESK = "desk";

  /** What the person may read at the desk. */
  static final String DESK_READ = "desk:read";

  private static final Set<String> OF_DESK = Set.of(DESK, DESK_READ);

  private static final Pattern SCOPE =
      Pattern.compile("octroi:([a-z][a-z0-9-]{1,40})/([a-z][a-z0-9-]{1,40}):(read|download|query)");

  private final Entitlements entitlements;
  private final String gate;
  private final String desk;
  private final Clock clock;

  AskedAccess(Entitlements entitlements, PublicAddresses addresses, Clock clock) {
    this.entitlements = entitlements;
    this.gate = addresses.gate().publicUrl();
    this.desk = addresses.desk().publicUrl();
    this.clock = clock;
  }

  /** Whether a token with these scopes is for the desk. */
  static boolean ofDesk(Collection<String> scopes) {
    return scopes.stream().anyMatch(OF_DESK::contains);
  }

  /**
   * The scopes asked for, those of the details among them. Of details that can't be read it has
   * none: what is wrong with them is said by {@link #check}.
   */
  Set<String> withDetails(Collection<String> scopes, Map<String, Object> parameters) {
    Set<String> all = new TreeSet<>(scopes);
    try {
      details(parameters).forEach(detail -> all.addAll(detail.scopes()));
    } catch (OAuth2AuthenticationException unreadable) {
      return all;
    }
    return all;
  }

  /**
   * Refuses what is not to be had.
   *
   * @param parameters the request's others: {@code resource} and {@code authorization_details}
   * @throws OAuth2AuthenticationException saying why
   */
  void forItself(
      ApplicationId application, Collection<String> scopes, Map<String, Object> parameters) {
    resource(parameters, gate);
    details(application, parameters);
    given(application, scopes);
  }

  /**
   * The same where a person lets the application have it: it must say what for.
   *
   * @throws OAuth2AuthenticationException saying why
   */
  void forPerson(
      ApplicationId application, Collection<String> scopes, Map<String, Object> parameters) {
    List<String> others = scopes.stream().filter(s -> !s.equals(OidcScopes.OPENID)).toList();
    if (scopes.isEmpty()) {
      throw refused(
          "invalid_scope",
          "Say what the token is for, such as octroi:bordeaux/presence:read, or desk:read");
    }
    if (!ofDesk(others)) {
      forItself(application, others, parameters);
      return;
    }
    if (!OF_DESK.containsAll(others) || parameters.containsKey(AccessDetail.PARAMETER)) {
      throw refused("invalid_scope", "A token is for the desk or for the gate, not for both");
    }
    resource(parameters, desk);
  }

  /**
   * The purpose that a token with these details is bound to.
   *
   * @throws OAuth2AuthenticationException when they name several
   */
  static Optional<Purpose> purpose(List<AccessDetail> details) {
    List<Purpose> purposes =
        details.stream().flatMap(detail -> detail.purpose().stream()).distinct().toList();
    if (purposes.size() > 1) {
      throw badDetails("may name one purpose: ask for a token for each");
    }
    return purposes.stream().findFirst();
  }

  /** The details asked for. */
  List<AccessDetail> details(Map<String, Object> parameters) {
    List<String> sent = texts(parameters.get(AccessDetail.PARAMETER));
    if (sent.isEmpty()) {
      return List.of();
    }
    if (sent.size() > 1) {
      throw badDetails("may be sent once");
    }
    try {
      return AccessDetail.read(sent.getFirst(), gate);
    } catch (IllegalArgumentException e) {
      throw badDetails(String.valueOf(e.getMessage()));
    }
  }

  private static void resource(Map<String, Object> parameters, String only) {
    for (String resource : texts(parameters.get("resource"))) {
      if (!resource.equals(only) && !resource.equals(only + "/")) {
        throw refused("invalid_target", "The only resource that such a token is for is " + only);
      }
    }
  }

  private void given(ApplicationId application, Collection<String> scopes) {
    for (String scope : scopes) {
      Matcher parts = SCOPE.matcher(scope);
      if (!parts.matches()) {
        throw refused("invalid_scope", "No agreement in force gives this application such a scope");
      }
      if (inForce(application, parts.group(1), parts.group(2)).isEmpty()) {
        throw refused("invalid_scope", "No agreement in force gives this application " + scope);
      }
    }
  }

  private void details(ApplicationId application, Map<String, Object> parameters) {
    List<AccessDetail> asked = details(parameters);
    Optional<Purpose> purpose = purpose(asked);
    for (AccessDetail detail : asked) {
      int slash = detail.dataset().indexOf('/');
      List<Snapshot.Agreement> agreements =
          inForce(
              application,
              detail.dataset().substring(0, slash),
              detail.dataset().substring(slash + 1));
      if (agreements.isEmpty()) {
        throw badDetails("asks for " + detail.dataset() + ", for which no agreement is in force");
      }
      if (purpose.isPresent()
          && agreements.stream().noneMatch(a -> a.purposesClosed().contains(purpose.get()))) {
        throw badDetails(
            "asks for "
                + detail.dataset()
                + " for a purpose that was not agreed: "
                + purpose.get());
      }
    }
  }

  private List<Snapshot.Agreement> inForce(
      ApplicationId application, String territory, String dataset) {
    Snapshot now = entitlements.current();
    List<Snapshot.Agreement> agreements = new ArrayList<>();
    now.dataset(territory, dataset)
        .ifPresent(found -> agreements.addAll(now.agreements(application, found.id())));
    agreements.removeIf(agreement -> !agreement.inForce(clock.instant()));
    return agreements;
  }

  static List<String> texts(@Nullable Object value) {
    return switch (value) {
      case null -> List.of();
      case String one -> List.of(one);
      case String[] several -> List.of(several);
      case Collection<?> several -> several.stream().map(String::valueOf).toList();
      default -> List.of(value.toString());
    };
  }

  private static OAuth2AuthenticationException badDetails(String why) {
    return refused("invalid_authorization_details", "authorization_details " + why);
  }

  private static OAuth2AuthenticationException refused(String code, String description) {
    return new OAuth2AuthenticationException(new OAuth2Error(code, description, null));
  }
}
