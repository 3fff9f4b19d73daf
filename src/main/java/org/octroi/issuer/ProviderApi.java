package org.octroi.issuer;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.octroi.identity.OutsidePeople;
import org.octroi.identity.web.ExpectedVersion;
import org.octroi.identity.web.Fields;
import org.octroi.problem.ProblemType;
import org.octroi.problem.PublicAddresses;
import org.octroi.problem.Refusal;
import org.octroi.problem.RefusedException;
import org.octroi.territory.Territories;
import org.octroi.territory.Territory;
import org.octroi.vocabulary.Caller;
import org.octroi.vocabulary.HolderId;
import org.octroi.vocabulary.Role;
import org.octroi.vocabulary.TerritoryId;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** The issuers that people sign in at the desk with. */
@RestController
@RequestMapping("/api/v1/sign-in-providers")
@Tag(name = "Sign-in", description = "The issuers that people sign in at the desk with")
class ProviderApi {

  private static final int MOST_ROLES = 200;

  private final RegisterProvider register;
  private final RemoveProvider remove;
  private final SignInProviders providers;
  private final OutsidePeople people;
  private final Territories territories;
  private final PublicAddresses addresses;

  ProviderApi(
      RegisterProvider register,
      RemoveProvider remove,
      SignInProviders providers,
      OutsidePeople people,
      Territories territories,
      PublicAddresses addresses) {
    this.register = register;
    this.remove = remove;
    this.providers = providers;
    this.people = people;
    this.territories = territories;
    this.addresses = addresses;
  }

  /**
   * That a value of the role claim gives a role.
   *
   * @param value the value, as it stands in the claim
   * @param territory its slug, where the role is for one
   * @param holder its slug, where the role is for one
   */
  record RoleBody(
      @NotBlank @Size(max = 255) String value,
      @NotBlank String role,
      @Nullable String territory,
      @Nullable String holder) {}

  /**
   * A provider to be.
   *
   * @param slug its name in addresses
   * @param issuer what its tokens say issued them, letter by letter
   * @param scopes what to ask for besides openid; profile and email where it is absent
   * @param roleClaim the claim that roles are read from, its parts joined by dots
   * @param addressesConfirmed whether every address that it names is taken for confirmed, as of a
   *     provider that says nothing of that
   * @param territory the slug of the one territory that it may give roles in
   */
  record Registration(
      @NotBlank @Pattern(regexp = "[a-z][a-z0-9-]{1,38}") String slug,
      @NotBlank @Size(max = 120) @Pattern(regexp = Fields.LINE, message = Fields.LINE_EXPECTED)
          String name,
      @NotBlank @Size(max = 500) String issuer,
      @NotBlank @Size(max = 255) String clientId,
      @NotBlank @Size(max = 1000) String clientSecret,
      @Nullable @Size(max = 20)
          List<@NotNull @Pattern(regexp = "[\\x21\\x23-\\x5b\\x5d-\\x7e]{1,60}") String> scopes,
      @Nullable @Size(max = 200) String roleClaim,
      @Nullable Boolean addressesConfirmed,
      @Nullable String territory,
      @Nullable @Size(max = MOST_ROLES) List<@NotNull @Valid RoleBody> roles) {

    /** Without the secret. */
    @Override
    public String toString() {
      return "Registration[" + slug + "]";
    }
  }

  /**
   * A provider.
   *
   * @param redirectUri what the issuer has to know of the desk
   * @param logoutUri where the issuer tells the desk that somebody signed out there
   */
  record ProviderView(
      String id,
      String slug,
      String name,
      String issuer,
      String clientId,
      List<String> scopes,
      String roleClaim,
      boolean addressesConfirmed,
      @Nullable String territory,
      List<RoleView> roles,
      String redirectUri,
      String logoutUri,
      Instant createdAt) {}

  /** A role with its reach by ids. */
  record RoleView(String value, String role, @Nullable String territory, @Nullable String holder) {}

  /** All providers. */
  record ProvidersView(List<ProviderView> items) {}

  @PostMapping
  @ResponseStatus(HttpStatus.CREATED)
  @Operation(
      operationId = "registerSignInProvider",
      summary = "Let people sign in with an issuer",
      description =
          "Any OpenID provider in which the desk is a client already: its redirect address is"
              + " /sign-in/back/{slug} at the desk. Values of the role claim give the roles named,"
              + " for as long as they are there at each sign-in. For operators.")
  ResponseEntity<ProviderView> register(@Valid @RequestBody Registration body, Caller caller) {
    if (!caller.isOperator()) {
      throw RefusedException.of(ProblemType.FORBIDDEN);
    }
    return made(
        register.handle(
            new RegisterProvider.Ask(
                body.slug(),
                body.name().strip(),
                body.issuer(),
                body.clientId(),
                body.clientSecret(),
                body.scopes() == null ? List.of("profile", "email") : body.scopes(),
                body.roleClaim() == null ? "" : body.roleClaim(),
                Boolean.TRUE.equals(body.addressesConfirmed()),
                territory(body.territory()),
                roles(body.roles())),
            caller));
  }

  @GetMapping
  @Operation(
      operationId = "listSignInProviders",
      summary = "List the issuers that people sign in with",
      description = "For operators and the instance's auditors; never a secret.")
  ProvidersView list(Caller caller) {
    mayRead(caller);
    return new ProvidersView(providers.all().stream().map(this::view).toList());
  }

  @GetMapping("/{id}")
  @Operation(
      operationId = "readSignInProvider",
      summary = "Read an issuer that people sign in with",
      description = "For operators and the instance's auditors; never its secret.")
  ResponseEntity<ProviderView> read(@PathVariable ProviderId id, Caller caller) {
    mayRead(caller);
    SignInProvider provider =
        providers
            .find(id)
            .orElseThrow(() -> RefusedException.of(ProblemType.NOT_FOUND, id.toString()));
    return ResponseEntity.ok().eTag(ExpectedVersion.tag(provider.version())).body(view(provider));
  }

  @DeleteMapping("/{id}")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  @Operation(
      operationId = "removeSignInProvider",
      summary = "Let nobody sign in with an issuer any more",
      description =
          "The sessions of those who did end, and the roles that they had by its word; their"
              + " accounts stay. For operators.")
  void remove(@PathVariable ProviderId id, ExpectedVersion expected, Caller caller) {
    remove.handle(id, expected, caller);
  }

  private static void mayRead(Caller caller) {
    if (!caller.mayAudit(Optional.empty())) {
      throw RefusedException.of(ProblemType.FORBIDDEN);
    }
  }

  /** The territory of this name, where one is named. */
  Optional<TerritoryId> territory(@Nullable String slug) {
    return Optional.ofNullable(slug)
        .map(
            name ->
                territories
                    .find(name)
                    .map(Territory::id)
                    .orElseThrow(
                        () ->
                            new RefusedException(
                                Refusal.field("/territory", "there is no such territory"))));
  }

  private List<SignInProvider.MappedRole> roles(@Nullable List<RoleBody> bodies) {
    List<SignInProvider.MappedRole> roles = new ArrayList<>();
    if (bodies != null) {
      for (int i = 0; i < bodies.size(); i++) {
        RoleBody body = bodies.get(i);
        roles.add(
            new SignInProvider.MappedRole(
                body.value(),
                people.reach(
                    Fields.word("/roles/" + i + "/role", body.role(), Role.values(), Role::word),
                    Optional.ofNullable(body.territory()),
                    Optional.ofNullable(body.holder()))));
      }
    }
    return roles;
  }

  private ResponseEntity<ProviderView> made(SignInProvider provider) {
    return ResponseEntity.status(HttpStatus.CREATED)
        .location(URI.create("/api/v1/sign-in-providers/" + provider.id()))
        .eTag(ExpectedVersion.tag(provider.version()))
        .body(view(provider));
  }

  private ProviderView view(SignInProvider provider) {
    return new ProviderView(
        provider.id().toString(),
        provider.slug(),
        provider.name(),
        provider.issuer(),
        provider.clientId(),
        provider.scopes(),
        provider.roleClaim(),
        provider.addressesConfirmed(),
        provider.territory().map(TerritoryId::toString).orElse(null),
        provider.roles().stream()
            .map(
                mapped ->
                    new RoleView(
                        mapped.value(),
                        mapped.grant().role().word(),
                        mapped.grant().territory().map(TerritoryId::toString).orElse(null),
                        mapped.grant().holder().map(HolderId::toString).orElse(null)))
            .toList(),
        addresses.atDesk(ProviderSecurity.BACK + provider.slug()),
        addresses.atDesk(ProviderSecurity.LOGOUT + provider.slug()),
        provider.createdAt());
  }
}
