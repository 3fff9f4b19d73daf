package org.octroi.realm;

import jakarta.ws.rs.NotAuthorizedException;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.ProcessingException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.keycloak.OAuth2Constants;
import org.keycloak.admin.client.Keycloak;
import org.keycloak.admin.client.KeycloakBuilder;
import org.keycloak.admin.client.resource.RealmResource;
import org.keycloak.admin.client.spi.ResteasyClientClassicProvider;
import org.keycloak.representations.idm.ClientRepresentation;
import org.octroi.vocabulary.StoredJson;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Keycloak's admin client, on the realm that is set. Whatever makes something is followed by a look
 * when somebody else was faster (409), so nothing is made twice. It remembers since when Keycloak
 * does not answer. Safe for use by many threads; it waits for its answers.
 */
@Component
class RealmAdmin implements DisposableBean {

  private static final int PAGE = 200;
  private static final Duration BEFORE_ITS_END = Duration.ofSeconds(10);

  private final RealmProperties properties;
  private final Clock clock;
  private @Nullable Session session;
  private volatile @Nullable Instant downSince;

  /** A client with the secret that it signs in by, which may be replaced in its file. */
  private record Session(String secret, Keycloak client) {

    /** Without the secret. */
    @Override
    public String toString() {
      return "Session[]";
    }
  }

  /** What is asked of the realm. */
  private interface Question<T> {

    T of(RealmResource realm) throws RealmUnavailableException;
  }

  /** A part of a long list. */
  interface Part<T> {

    List<T> of(RealmResource realm, int first, int most);
  }

  RealmAdmin(RealmProperties properties, Clock clock) {
    this.properties = properties;
    this.clock = clock;
  }

  /** Since when Keycloak does not answer, or not as it should. */
  Optional<Instant> downSince() {
    return Optional.ofNullable(downSince);
  }

  /** Whether it answers now. */
  boolean answers() {
    try {
      read(RealmResource::toRepresentation);
      return true;
    } catch (RealmUnavailableException e) {
      return false;
    }
  }

  /** What the realm says. */
  <T> T read(Function<RealmResource, T> question) throws RealmUnavailableException {
    return ask(question::apply);
  }

  /** Everything of a list that Keycloak gives in parts. */
  <T> List<T> all(Part<T> part) throws RealmUnavailableException {
    List<T> all = new ArrayList<>();
    int before;
    do {
      before = all.size();
      int first = before;
      all.addAll(read(realm -> part.of(realm, first, PAGE)));
    } while (all.size() == before + PAGE);
    return all;
  }

  /** The client with this id, by whatever Keycloak calls it. */
  Optional<ClientRepresentation> client(String clientId) throws RealmUnavailableException {
    return read(realm -> realm.clients().findByClientId(clientId)).stream().findFirst();
  }

  /** Makes something; whether it was not there. */
  boolean make(Function<RealmResource, Response> making) throws RealmUnavailableException {
    return ask(
        realm -> {
          try (Response answer = making.apply(realm)) {
            int status = answer.getStatus();
            if (status == Response.Status.UNAUTHORIZED.getStatusCode()) {
              throw new NotAuthorizedException("Bearer");
            }
            if (status > 299 && status != Response.Status.CONFLICT.getStatusCode()) {
              throw refused(answer);
            }
            return status < 300;
          }
        });
  }

  /** Makes something whose maker says by an exception that it was there; whether it was not. */
  boolean makeUnlessThere(Consumer<RealmResource> making) throws RealmUnavailableException {
    return ask(
        realm -> {
          try {
            making.accept(realm);
            return true;
          } catch (WebApplicationException e) {
            if (e.getResponse().getStatus() == Response.Status.CONFLICT.getStatusCode()) {
              return false;
            }
            throw e;
          }
        });
  }

  /** Changes something. */
  void change(Consumer<RealmResource> change) throws RealmUnavailableException {
    read(
        realm -> {
          change.accept(realm);
          return true;
        });
  }

  /** Takes something away, if it is there. */
  void remove(Consumer<RealmResource> removal) throws RealmUnavailableException {
    change(
        realm -> {
          try {
            removal.accept(realm);
          } catch (NotFoundException gone) {
            // Somebody else was faster.
          }
        });
  }

  private <T> T ask(Question<T> question) throws RealmUnavailableException {
    try {
      T answer = answered(question);
      downSince = null;
      return answer;
    } catch (RealmUnavailableException e) {
      if (downSince == null) {
        downSince = clock.instant().truncatedTo(ChronoUnit.MILLIS);
      }
      throw e;
    }
  }

  private <T> T answered(Question<T> question) throws RealmUnavailableException {
    try {
      return withToken(question);
    } catch (WebApplicationException e) {
      throw refused(e.getResponse());
    } catch (ProcessingException e) {
      throw unreachable(e);
    }
  }

  private <T> T withToken(Question<T> question) throws RealmUnavailableException {
    try {
      return question.of(realm());
    } catch (NotAuthorizedException e) {
      // Keycloak was started anew, or somebody ended our session; the client has dropped its token.
      return question.of(realm());
    }
  }

  /** Keycloak says in a member or two what it does not like; it names no secret. */
  private static RealmUnavailableException refused(Response answer) {
    String said = answer.hasEntity() ? why(answer.readEntity(String.class)) : "";
    return new RealmUnavailableException(
        "Keycloak answered " + answer.getStatus() + (said.isEmpty() ? "" : ": " + said));
  }

  private static String why(String text) {
    try {
      JsonNode body = StoredJson.MAPPER.readTree(text);
      return body.path("errorMessage").asString(body.path("error").asString(""));
    } catch (JacksonException e) {
      return "";
    }
  }

  /** Also when no token was given: the client asks for one on the way. */
  private static RealmUnavailableException unreachable(ProcessingException e) {
    @Nullable Throwable cause = e.getCause();
    return cause instanceof WebApplicationException refusal
        ? refused(refusal.getResponse())
        : new RealmUnavailableException(
            "Keycloak can't be reached, or broke off ("
                + (cause == null ? e : cause).getClass().getSimpleName()
                + ")");
  }

  private synchronized RealmResource realm() {
    String secret = properties.secret();
    @Nullable Session known = session;
    if (known == null || !known.secret().equals(secret)) {
      destroy();
      known = new Session(secret, signedInBy(secret));
      session = known;
    }
    return known.client().realm(properties.realm());
  }

  private Keycloak signedInBy(String secret) {
    Keycloak client =
        KeycloakBuilder.builder()
            .serverUrl(properties.server())
            .realm(properties.realm())
            .grantType(OAuth2Constants.CLIENT_CREDENTIALS)
            .clientId(properties.clientId())
            .clientSecret(secret)
            .resteasyClient(
                ResteasyClientClassicProvider.createClientBuilder()
                    .connectTimeout(properties.timeout().toMillis(), TimeUnit.MILLISECONDS)
                    .readTimeout(properties.timeout().toMillis(), TimeUnit.MILLISECONDS)
                    .build())
            .build();
    client.tokenManager().setMinTokenValidity(BEFORE_ITS_END.toSeconds());
    return client;
  }

  @Override
  public synchronized void destroy() {
    if (session != null) {
      session.client().close();
      session = null;
    }
  }
}
