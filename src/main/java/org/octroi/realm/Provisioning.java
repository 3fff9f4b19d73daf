package org.octroi.realm;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.keycloak.admin.client.resource.ProtocolMappersResource;
import org.keycloak.admin.client.resource.RealmResource;
import org.keycloak.representations.idm.ClientRepresentation;
import org.keycloak.representations.idm.ClientScopeRepresentation;
import org.keycloak.representations.idm.ProtocolMapperRepresentation;
import org.keycloak.representations.idm.RoleRepresentation;
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

  /** OpenID Connect, as Keycloak calls it. */
  static final String PROTOCOL = "openid-connect";

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
    Map<String, ClientRepresentation> clients = new HashMap<>();
    for (ClientRepresentation client :
        realm.all((there, first, most) -> there.clients().findAll(OURS, null, true, first, most))) {
      if (client.getClientId().startsWith(OURS)) {
        clients.put(client.getClientId(), client);
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
    for (ClientRepresentation unknown : clients.values()) {
      // One that was registered since the list was read has its own errand.
      if (applications.findClient(unknown.getClientId()).isEmpty() && unknown.isEnabled()) {
        disable(unknown);
        found.add(new Drift(Drift.Kind.CLIENT_UNKNOWN, unknown.getClientId(), true));
      }
    }
    if (!trusted) {
      found.add(new Drift(Drift.Kind.ISSUER_UNKNOWN, properties.issuer(), false));
    }
    return found;
  }

  private void roles(Consumer<Drift> found) throws RealmUnavailableException {
    Set<String> there = new HashSet<>();
    for (RoleRepresentation role : realm.all((all, first, most) -> all.roles().list(first, most))) {
      there.add(role.getName());
    }
    for (Role role : Role.values()) {
      String name = ROLES + role.word();
      if (!there.contains(name)) {
        RoleRepresentation made = new RoleRepresentation(name, "Octroi: " + role.word(), false);
        realm.makeUnlessThere(all -> all.roles().create(made));
        found.accept(new Drift(Drift.Kind.ROLE_MISSING, name, true));
      }
    }
  }

  private Map<String, String> scopeIds() throws RealmUnavailableException {
    Map<String, String> ids = new TreeMap<>();
    for (ClientScopeRepresentation scope : realm.read(all -> all.clientScopes().findAll())) {
      if (scope.getName().startsWith(SCOPES)) {
        ids.put(scope.getName(), scope.getId());
      }
    }
    return ids;
  }

  private void scopes(
      Map<DatasetId, Set<String>> wanted, Map<String, String> there, Consumer<Drift> found)
      throws RealmUnavailableException {
    Map<String, String> unknown = new TreeMap<>(there);
    for (Set<String> names : wanted.values()) {
      for (String name : names) {
        if (unknown.remove(name) == null) {
          ClientScopeRepresentation made = new ClientScopeRepresentation();
          made.setName(name);
          made.setProtocol(PROTOCOL);
          made.setAttributes(
              Map.of("include.in.token.scope", "true", "display.on.consent.screen", "true"));
          realm.make(all -> all.clientScopes().create(made));
          found.accept(new Drift(Drift.Kind.SCOPE_MISSING, name, true));
        }
      }
    }
    for (Map.Entry<String, String> scope : unknown.entrySet()) {
      realm.remove(whole -> whole.clientScopes().get(scope.getValue()).remove());
      found.accept(new Drift(Drift.Kind.SCOPE_UNKNOWN, scope.getKey(), true));
    }
  }

  /** Brings a client in step; whether its issuer is trusted here. */
  private boolean client(
      RegisteredApplication application,
      Optional<ClientRepresentation> there,
      Optional<OpaqueSecret> secret,
      Set<String> wanted,
      Map<String, String> scopeIds,
      Consumer<Drift> found)
      throws RealmUnavailableException {
    String clientId = application.clientId();
    ClientRepresentation client;
    if (there.isPresent()) {
      client = there.get();
    } else {
      ClientRepresentation made = made(application, secret);
      if (realm.make(all -> all.clients().create(made))) {
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

  private ClientRepresentation made(
      RegisteredApplication application, Optional<OpaqueSecret> secret) {
    ClientRepresentation made = new ClientRepresentation();
    made.setClientId(application.clientId());
    made.setName(application.name());
    made.setProtocol(PROTOCOL);
    made.setEnabled(application.active());
    made.setPublicClient(false);
    made.setServiceAccountsEnabled(true);
    made.setStandardFlowEnabled(false);
    made.setDirectAccessGrantsEnabled(false);
    made.setFullScopeAllowed(false);
    made.setAttributes(Map.of(APPLICATION, application.id().toString()));
    made.setProtocolMappers(mappers(application.clientId()));
    secret.map(OpaqueSecret::text).ifPresent(made::setSecret);
    return made;
  }

  /** For the gate, and by RFC 9068 §2.2 in the name of the client. */
  private List<ProtocolMapperRepresentation> mappers(String clientId) {
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

  static ProtocolMapperRepresentation mapper(
      String name, String kind, Map<String, String> settings) {
    ProtocolMapperRepresentation mapper = new ProtocolMapperRepresentation();
    mapper.setName(name);
    mapper.setProtocol(PROTOCOL);
    mapper.setProtocolMapper(kind);
    mapper.setConfig(settings);
    return mapper;
  }

  private void settle(
      RegisteredApplication application,
      ClientRepresentation client,
      Optional<OpaqueSecret> secret,
      Consumer<Drift> found)
      throws RealmUnavailableException {
    String clientId = application.clientId();
    // What is not set stays as it is.
    ClientRepresentation changed = new ClientRepresentation();
    boolean differs = false;
    if (client.isEnabled() != application.active()) {
      changed.setEnabled(application.active());
      differs = true;
      found.accept(new Drift(Drift.Kind.CLIENT_STATE, clientId, true));
    }
    if (!client.isServiceAccountsEnabled()
        || client.isPublicClient()
        || !application.id().toString().equals(said(client.getAttributes(), APPLICATION))) {
      changed.setServiceAccountsEnabled(true);
      changed.setPublicClient(false);
      changed.setAttributes(Map.of(APPLICATION, application.id().toString()));
      differs = true;
      found.accept(new Drift(Drift.Kind.CLIENT_SETTINGS, clientId, true));
    }
    if (!application.name().equals(client.getName())) {
      changed.setName(application.name());
      differs = true;
    }
    @Nullable String known = client.getSecret();
    if (secret.isPresent()) {
      if (!secret.get().text().equals(known)) {
        changed.setSecret(secret.get().text());
        differs = true;
      }
    } else if (known == null || !isCurrent(clientId, new OpaqueSecret(known))) {
      found.accept(new Drift(Drift.Kind.CLIENT_SECRET, clientId, false));
    }
    if (differs) {
      changed.setClientId(clientId);
      realm.change(all -> all.clients().get(client.getId()).update(changed));
    }
    mappers(client, found);
  }

  private void mappers(ClientRepresentation client, Consumer<Drift> found)
      throws RealmUnavailableException {
    Map<String, ProtocolMapperRepresentation> there = new HashMap<>();
    for (ProtocolMapperRepresentation mapper : orNone(client.getProtocolMappers())) {
      there.put(mapper.getName(), mapper);
    }
    for (ProtocolMapperRepresentation wanted : mappers(client.getClientId())) {
      @Nullable ProtocolMapperRepresentation mapper = there.get(wanted.getName());
      if (mapper == null) {
        realm.make(all -> mappersOf(all, client).createMapper(wanted));
        found.accept(new Drift(Drift.Kind.CLIENT_SETTINGS, client.getClientId(), true));
      } else if (!says(mapper, wanted)) {
        wanted.setId(mapper.getId());
        realm.change(all -> mappersOf(all, client).update(wanted.getId(), wanted));
        found.accept(new Drift(Drift.Kind.CLIENT_SETTINGS, client.getClientId(), true));
      }
    }
  }

  private static ProtocolMappersResource mappersOf(
      RealmResource realm, ClientRepresentation client) {
    return realm.clients().get(client.getId()).getProtocolMappers();
  }

  private static boolean says(
      ProtocolMapperRepresentation mapper, ProtocolMapperRepresentation wanted) {
    return wanted.getProtocolMapper().equals(mapper.getProtocolMapper())
        && wanted.getConfig().entrySet().stream()
            .allMatch(
                setting -> setting.getValue().equals(said(mapper.getConfig(), setting.getKey())));
  }

  private static @Nullable String said(@Nullable Map<String, String> settings, String name) {
    return settings == null ? null : settings.get(name);
  }

  private static <T> List<T> orNone(@Nullable List<T> list) {
    return list == null ? List.of() : list;
  }

  private void optionalScopes(
      ClientRepresentation client,
      Set<String> wanted,
      Map<String, String> scopeIds,
      Consumer<Drift> found)
      throws RealmUnavailableException {
    Set<String> there = new HashSet<>(orNone(client.getOptionalClientScopes()));
    there.removeIf(name -> !name.startsWith(SCOPES));
    boolean differs = false;
    for (String name : wanted) {
      @Nullable String id = scopeIds.get(name);
      if (!there.remove(name) && id != null) {
        realm.change(all -> all.clients().get(client.getId()).addOptionalClientScope(id));
        differs = true;
      }
    }
    for (String name : there) {
      @Nullable String id = scopeIds.get(name);
      if (id != null) {
        realm.remove(all -> all.clients().get(client.getId()).removeOptionalClientScope(id));
        differs = true;
      }
    }
    if (differs) {
      found.accept(new Drift(Drift.Kind.CLIENT_SCOPES, client.getClientId(), true));
    }
  }

  private void disable(ClientRepresentation client) throws RealmUnavailableException {
    ClientRepresentation changed = new ClientRepresentation();
    changed.setClientId(client.getClientId());
    changed.setEnabled(false);
    realm.change(all -> all.clients().get(client.getId()).update(changed));
  }

  private boolean isCurrent(String clientId, OpaqueSecret secret) {
    return applications
        .findClient(clientId)
        .filter(known -> OpaqueSecret.matches(secret.text(), known.secretHash()))
        .isPresent();
  }
}
