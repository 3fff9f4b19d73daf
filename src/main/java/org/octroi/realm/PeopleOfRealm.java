package org.octroi.realm;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.keycloak.representations.idm.ClientRepresentation;
import org.keycloak.representations.idm.RoleRepresentation;
import org.octroi.identity.OpaqueSecret;
import org.octroi.identity.OutsidePeople;
import org.octroi.issuer.RegisterProvider;
import org.octroi.issuer.SignInArrival;
import org.octroi.issuer.SignInProvider;
import org.octroi.problem.ProblemType;
import org.octroi.problem.PublicAddresses;
import org.octroi.problem.Refusal;
import org.octroi.problem.RefusedException;
import org.octroi.territory.Holder;
import org.octroi.territory.Holders;
import org.octroi.territory.Territories;
import org.octroi.territory.Territory;
import org.octroi.vocabulary.Caller;
import org.octroi.vocabulary.Role;
import org.springframework.stereotype.Component;

/**
 * Makes the realm the source of people of a territory: the desk becomes a client there, with a
 * secret that nobody is shown, and people of the realm sign in with it. Realm roles give roles:
 * {@code octroi-territory-administrator} and {@code octroi-auditor} of the territory, {@code
 * octroi-holder-editor-{holder}} and {@code octroi-holder-reviewer-{holder}} of its holders; those
 * that are not there are made.
 *
 * @refuses forbidden when the caller does not run the instance
 * @refuses invalid-field when there is no such territory
 * @refuses conflict when Keycloak can't be asked, or the territory has its people from there
 *     already
 */
@Component
class PeopleOfRealm {

  private static final String CLAIM = "octroi_roles";

  private final RealmProperties properties;
  private final RealmAdmin realm;
  private final RegisterProvider register;
  private final OutsidePeople people;
  private final Territories territories;
  private final Holders holders;
  private final PublicAddresses addresses;

  PeopleOfRealm(
      RealmProperties properties,
      RealmAdmin realm,
      RegisterProvider register,
      OutsidePeople people,
      Territories territories,
      Holders holders,
      PublicAddresses addresses) {
    this.properties = properties;
    this.realm = realm;
    this.register = register;
    this.people = people;
    this.territories = territories;
    this.holders = holders;
    this.addresses = addresses;
  }

  SignInProvider handle(String slug, String name, Caller by) throws RealmUnavailableException {
    if (!by.isOperator()) {
      throw RefusedException.of(ProblemType.FORBIDDEN);
    }
    Territory territory =
        territories
            .find(slug)
            .orElseThrow(
                () ->
                    new RefusedException(
                        Refusal.field("/territory", "there is no such territory")));
    List<SignInProvider.MappedRole> roles = roles(territory);
    for (SignInProvider.MappedRole mapped : roles) {
      RoleRepresentation role = new RoleRepresentation(mapped.value(), null, false);
      realm.makeUnlessThere(all -> all.roles().create(role));
    }
    String clientId = "octroi-desk-" + slug;
    OpaqueSecret secret = OpaqueSecret.create("octs_");
    ClientRepresentation client = client(clientId, slug, name, secret);
    if (!realm.make(all -> all.clients().create(client))) {
      String there =
          realm
              .client(clientId)
              .map(ClientRepresentation::getId)
              .orElseThrow(() -> new RealmUnavailableException("Keycloak forgot " + clientId));
      realm.change(all -> all.clients().get(there).update(client));
    }
    return register.handle(
        new RegisterProvider.Ask(
            slug,
            name,
            properties.issuer(),
            clientId,
            secret.text(),
            List.of("profile", "email"),
            CLAIM,
            false,
            Optional.of(territory.id()),
            roles),
        by);
  }

  private List<SignInProvider.MappedRole> roles(Territory territory) {
    List<SignInProvider.MappedRole> roles = new ArrayList<>();
    String slug = territory.slug().value();
    for (Role role : List.of(Role.TERRITORY_ADMINISTRATOR, Role.AUDITOR)) {
      roles.add(
          new SignInProvider.MappedRole(
              "octroi-" + role.word(), people.reach(role, Optional.of(slug), Optional.empty())));
    }
    for (Holder holder : holders.all(territory.id())) {
      for (Role role : List.of(Role.HOLDER_EDITOR, Role.HOLDER_REVIEWER)) {
        roles.add(
            new SignInProvider.MappedRole(
                "octroi-" + role.word() + "-" + holder.slug(),
                people.reach(role, Optional.of(slug), Optional.of(holder.slug().value()))));
      }
    }
    return roles;
  }

  private ClientRepresentation client(
      String clientId, String slug, String name, OpaqueSecret secret) {
    ClientRepresentation client = new ClientRepresentation();
    client.setClientId(clientId);
    client.setName(name);
    client.setProtocol(Provisioning.PROTOCOL);
    client.setEnabled(true);
    client.setPublicClient(false);
    client.setSecret(secret.text());
    client.setStandardFlowEnabled(true);
    client.setDirectAccessGrantsEnabled(false);
    client.setServiceAccountsEnabled(false);
    client.setRedirectUris(List.of(addresses.atDesk(SignInArrival.back(slug))));
    client.setAttributes(
        Map.of(
            "pkce.code.challenge.method", "S256",
            "backchannel.logout.url", addresses.atDesk(SignInArrival.ended(slug)),
            "backchannel.logout.session.required", "true"));
    client.setProtocolMappers(
        List.of(
            Provisioning.mapper(
                "octroi-roles",
                "oidc-usermodel-realm-role-mapper",
                Map.of(
                    "claim.name", CLAIM,
                    "jsonType.label", "String",
                    "multivalued", "true",
                    "id.token.claim", "true",
                    "access.token.claim", "false",
                    "userinfo.token.claim", "true"))));
    return client;
  }
}
