package org.octroi.realm;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.octroi.identity.Applications;
import org.octroi.identity.OpaqueSecret;
import org.octroi.identity.RegisteredApplication;
import org.octroi.issuer.LinkClient;
import org.octroi.problem.PublicAddresses;
import org.octroi.territory.PageAsk;
import org.octroi.vocabulary.ApplicationId;
import org.octroi.vocabulary.DatasetId;
import org.octroi.vocabulary.Page;
import org.octroi.vocabulary.Role;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

/**
 * Makes the realm what it is to be: a client for each application, under the same id and secret as
 * at our own token endpoint, enabled while the application may act, whose tokens are meant for the
 * gate; a scope for each dataset and action; a role for each that staff may have.
 *
 * <p>Nothing is remembered of what was done: each time the realm is looked at and what differs is
 * changed. So it does not matter how often it is asked for, by whom at once, nor where it broke off
 * the last time. What the realm's own administrators add to a client stays.
 */
@Component
class Provisioning {

  /** What our applications' client ids begin with; no other client is ever touched. */
  static final String OURS = "octa-";

  private static final String SCOPES = "octroi:";
  private static final String APPLICATION = "octroi.application";
  private static final String ROLES = "octroi-";

  private final RealmAdmin realm;
  private final RealmScopes scopes;
  private final RealmProperties properties;
  private final Applications applications;
  private final LinkClient links;
  private final PublicAddresses addresses;

  Provisioning(
      RealmAdmin realm,
      RealmScopes scopes,
      RealmProperties properties,
      Applications applications,
      LinkClient links,
      PublicAddresses addresses) {
    this.realm = realm;
    this.scopes = scopes;
    this.properties = properties;
    this.applications = applications;
    this.links = links;
    this.addresses = addresses;
  }

  /**
   * Brings one application's client in step.
   *
   * @param secret the secret that it may have been given; one that was replaced since is passed
   *     over
   */
  void application(ApplicationId id, Optional<OpaqueSecret> secret)
      throws RealmUnavailableException {
    Optional<RegisteredApplication> application = applications.find(id);
    if (application.isEmpty()) {
      return;
    }
    Map<DatasetId, Set<String>> all = scopes.all();
    Map<String, String> scopeIds = scopeIds();
    Set<String> wanted = scopes.of(id, all);
    if (!scopeIds.keySet().containsAll(wanted)) {
      scopes(all, scopeIds, drift -> {});
      scopeIds = scopeIds();
    }
    String clientId = application.get().clientId();
    client(
        application.get(),
        realm.client(clientId),
        secret.filter(text -> isCurrent(clientId, text)),
        wanted,
        scopeIds,
        drift -> {});
  }

  /** Brings the scopes of all datasets in step. */
  void scopes() throws RealmUnavailableException {
    scopes(scopes.all(), scopeIds(), drift -> {});
  }

  /** Compares everything, repairs it, and says what differed. */
  List<Drift> everything() throws RealmUnavailableException {
    List<Drift> found = new ArrayList<>();
    roles(found::add);
    Map<DatasetId, Set<String>> all = scopes.all();
    scopes(all, scopeIds(), found::add);
    Map<String, String> scopeIds = scopeIds();
    Map<String, JsonNode> clients = new HashMap<>();
    for (JsonNode client : realm.all("/clients?search=true&clientId=" + OURS)) {
      String clientId = client.path("clientId").asString("");
      if (clientId.startsWith(OURS)) {
        clients.put(clientId, client);
      }
    }
    boolean trusted = true;
    Optional<String> after = Optional.of("");
    while (after.isPresent()) {
      Page<RegisteredApplication> page = applications.all(new PageAsk(PageAsk.MOST, after.get()));
      for (RegisteredApplication application : page.items()) {
        trusted &=
            client(
                application,
                Optional.ofNullable(clients.remove(application.clientId())),
                Optional.empty(),
                scopes.of(application.id(), all),
                scopeIds,
                found::add);
      }
      after = page.next();
    }
    for (Map.Entry<String, JsonNode> unknown : clients.entrySet()) {
      // One that was registered since the list was read has its own errand.
      if (applications.findClient(unknown.getKey()).isEmpty()
          && unknown.getValue().path("enabled").asBoolean()) {
        disable(unknown.getValue());
        found.add(new Drift(Drift.Kind.CLIENT_UNKNOWN, unknown.getKey(), true));
      }
    }
    if (!trusted) {
      found.add(new Drift(Drift.Kind.ISSUER_UNKNOWN, properties.issuer(), false));
    }
    return found;
  }

  private void roles(Consumer<Drift> found) throws RealmUnavailableException {
    Set<String> there = new HashSet<>();
    for (JsonNode role : realm.all("/roles")) {
      there.add(role.path("name").asString(""));
    }
    for (Role role : Role.values()) {
      String name = ROLES + role.word();
      if (!there.contains(name)) {
        realm.make("/roles", Map.of("name", name, "description", "Octroi: " + role.word()));
        found.accept(new Drift(Drift.Kind.ROLE_MISSING, name, true));
      }
    }
  }

  private Map<String, String> scopeIds() throws RealmUnavailableException {
    Map<String, String> ids = new TreeMap<>();
    for (JsonNode scope : realm.get("/client-scopes")) {
      String name = scope.path("name").asString("");
      if (name.startsWith(SCOPES)) {
        ids.put(name, scope.path("id").asString());
      }
    }
    return ids;
  }

  private void scopes(
      Map<DatasetId, Set<String>> all, Map<String, String> there, Consumer<Drift> found)
      throws RealmUnavailableException {
    Map<String, String> unknown = new TreeMap<>(there);
    for (Set<String> names : all.values()) {
      for (String name : names) {
        if (unknown.remove(name) == null) {
          realm.make(
              "/client-scopes",
              Map.of(
                  "name",
                  name,
                  "protocol",
                  "openid-connect",
                  "attributes",
                  Map.of("include.in.token.scope", "true", "display.on.consent.screen", "true")));
          found.accept(new Drift(Drift.Kind.SCOPE_MISSING, name, true));
        }
      }
    }
    for (Map.Entry<String, String> scope : unknown.entrySet()) {
      realm.delete("/client-scopes/" + scope.getValue());
      found.accept(new Drift(Drift.Kind.SCOPE_UNKNOWN, scope.getKey(), true));
    }
  }

  /** Brings a client in step; whether its issuer is trusted here. */
  private boolean client(
      RegisteredApplication application,
      Optional<JsonNode> there,
      Optional<OpaqueSecret> secret,
      Set<String> wanted,
      Map<String, String> scopeIds,
      Consumer<Drift> found)
      throws RealmUnavailableException {
    String clientId = application.clientId();
    JsonNode client;
    if (there.isPresent()) {
      client = there.get();
    } else {
      if (realm.make("/clients", made(application, secret))) {
        found.accept(new Drift(Drift.Kind.CLIENT_MISSING, clientId, true));
      }
      client =
          realm
              .client(clientId)
              .orElseThrow(
                  () -> new RealmUnavailableException("Keycloak does not show what it has made"));
    }
    settle(application, client, secret, found);
    optionalScopes(client, wanted, scopeIds, found);
    return links.provisioned(application.id(), properties.issuer(), clientId);
  }

  private Map<String, Object> made(
      RegisteredApplication application, Optional<OpaqueSecret> secret) {
    Map<String, Object> made = new LinkedHashMap<>();
    made.put("clientId", application.clientId());
    made.put("name", application.name());
    made.put("protocol", "openid-connect");
    made.put("enabled", application.active());
    made.put("publicClient", false);
    made.put("serviceAccountsEnabled", true);
    made.put("standardFlowEnabled", false);
    made.put("directAccessGrantsEnabled", false);
    made.put("fullScopeAllowed", false);
    made.put("attributes", Map.of(APPLICATION, application.id().toString()));
    made.put("protocolMappers", mappers(application.clientId()));
    secret.ifPresent(text -> made.put("secret", text.text()));
    return made;
  }

  /** For the gate, and by RFC 9068 §2.2 in the name of the client. */
  private List<Map<String, Object>> mappers(String clientId) {
    return List.of(
        mapper(
            "octroi-gate",
            "oidc-audience-mapper",
            Map.of(
                "included.custom.audience",
                addresses.gate().publicUrl(),
                "access.token.claim",
                "true",
                "id.token.claim",
                "false")),
        mapper(
            "octroi-client",
            "oidc-hardcoded-claim-mapper",
            Map.of(
                "claim.name",
                "client_id",
                "claim.value",
                clientId,
                "jsonType.label",
                "String",
                "access.token.claim",
                "true")));
  }

  private static Map<String, Object> mapper(
      String name, String kind, Map<String, String> settings) {
    return Map.of(
        "name", name, "protocol", "openid-connect", "protocolMapper", kind, "config", settings);
  }

  private void settle(
      RegisteredApplication application,
      JsonNode client,
      Optional<OpaqueSecret> secret,
      Consumer<Drift> found)
      throws RealmUnavailableException {
    String clientId = application.clientId();
    Map<String, Object> changed = new LinkedHashMap<>();
    if (client.path("enabled").asBoolean() != application.active()) {
      changed.put("enabled", application.active());
      found.accept(new Drift(Drift.Kind.CLIENT_STATE, clientId, true));
    }
    if (!client.path("serviceAccountsEnabled").asBoolean()
        || client.path("publicClient").asBoolean()
        || !client
            .path("attributes")
            .path(APPLICATION)
            .asString("")
            .equals(application.id().toString())) {
      changed.put("serviceAccountsEnabled", true);
      changed.put("publicClient", false);
      changed.put("attributes", Map.of(APPLICATION, application.id().toString()));
      found.accept(new Drift(Drift.Kind.CLIENT_SETTINGS, clientId, true));
    }
    if (!client.path("name").asString("").equals(application.name())) {
      changed.put("name", application.name());
    }
    String known = client.path("secret").asString("");
    if (secret.isPresent()) {
      if (!secret.get().text().equals(known)) {
        changed.put("secret", secret.get().text());
      }
    } else if (!isCurrent(clientId, new OpaqueSecret(known))) {
      found.accept(new Drift(Drift.Kind.CLIENT_SECRET, clientId, false));
    }
    String id = client.path("id").asString();
    if (!changed.isEmpty()) {
      changed.put("clientId", clientId);
      realm.put("/clients/" + id, changed);
    }
    mappers(id, clientId, client, found);
  }

  private void mappers(String id, String clientId, JsonNode client, Consumer<Drift> found)
      throws RealmUnavailableException {
    Map<String, JsonNode> there = new HashMap<>();
    for (JsonNode mapper : client.path("protocolMappers")) {
      there.put(mapper.path("name").asString(""), mapper);
    }
    for (Map<String, Object> wanted : mappers(clientId)) {
      @Nullable JsonNode mapper = there.get(String.valueOf(wanted.get("name")));
      if (mapper == null) {
        realm.make("/clients/" + id + "/protocol-mappers/models", wanted);
        found.accept(new Drift(Drift.Kind.CLIENT_SETTINGS, clientId, true));
      } else if (!says(mapper, wanted)) {
        String mapperId = mapper.path("id").asString();
        Map<String, Object> whole = new HashMap<>(wanted);
        whole.put("id", mapperId);
        realm.put("/clients/" + id + "/protocol-mappers/models/" + mapperId, whole);
        found.accept(new Drift(Drift.Kind.CLIENT_SETTINGS, clientId, true));
      }
    }
  }

  private static boolean says(JsonNode mapper, Map<String, Object> wanted) {
    return wanted.get("config") instanceof Map<?, ?> config
        && Objects.equals(mapper.path("protocolMapper").asString(""), wanted.get("protocolMapper"))
        && config.entrySet().stream()
            .allMatch(
                setting ->
                    mapper
                        .path("config")
                        .path(String.valueOf(setting.getKey()))
                        .asString("")
                        .equals(setting.getValue()));
  }

  private void optionalScopes(
      JsonNode client, Set<String> wanted, Map<String, String> scopeIds, Consumer<Drift> found)
      throws RealmUnavailableException {
    String address = "/clients/" + client.path("id").asString() + "/optional-client-scopes/";
    Set<String> there = new HashSet<>();
    for (JsonNode scope : client.path("optionalClientScopes")) {
      if (scope.asString().startsWith(SCOPES)) {
        there.add(scope.asString());
      }
    }
    boolean differs = false;
    for (String name : wanted) {
      @Nullable String id = scopeIds.get(name);
      if (!there.remove(name) && id != null) {
        realm.put(address + id, null);
        differs = true;
      }
    }
    for (String name : there) {
      @Nullable String id = scopeIds.get(name);
      if (id != null) {
        realm.delete(address + id);
        differs = true;
      }
    }
    if (differs) {
      found.accept(new Drift(Drift.Kind.CLIENT_SCOPES, client.path("clientId").asString(""), true));
    }
  }

  private void disable(JsonNode client) throws RealmUnavailableException {
    realm.put(
        "/clients/" + client.path("id").asString(),
        Map.of("clientId", client.path("clientId").asString(), "enabled", false));
  }

  private boolean isCurrent(String clientId, OpaqueSecret secret) {
    return applications
        .findClient(clientId)
        .filter(known -> OpaqueSecret.matches(secret.text(), known.secretHash()))
        .isPresent();
  }
}
