package org.octroi.identity;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Email;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.octroi.identity.web.Fields;
import org.octroi.problem.Problems;
import org.octroi.vocabulary.Caller;
import org.octroi.vocabulary.HolderId;
import org.octroi.vocabulary.ReuserKind;
import org.octroi.vocabulary.TerritoryId;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Accounts and the tokens by which people's programs call the desk. */
@RestController
@RequestMapping("/api/v1")
@Tag(name = "People", description = "Accounts, and the tokens by which programs call the desk")
class PeopleApi {

  private final RegisterPerson register;
  private final SignIn signIn;
  private final EndTokens endTokens;
  private final FirstAdministrator firstAdministrator;
  private final People people;
  private final Organisations organisations;

  PeopleApi(
      RegisterPerson register,
      SignIn signIn,
      EndTokens endTokens,
      FirstAdministrator firstAdministrator,
      People people,
      Organisations organisations) {
    this.register = register;
    this.signIn = signIn;
    this.endTokens = endTokens;
    this.firstAdministrator = firstAdministrator;
    this.people = people;
    this.organisations = organisations;
  }

  /** Who registers. */
  record Registration(
      @NotBlank @Email @Size(max = 254) String email,
      @NotBlank @Size(max = 120) @Pattern(regexp = Fields.LINE, message = Fields.LINE_EXPECTED)
          String displayName,
      @NotNull @Size(max = 1000) String password,
      @NotNull String reuserKind) {

    /** Without the secret. */
    @Override
    public String toString() {
      return "Registration[…]";
    }

    RegisterPerson.Registration read(Language language) {
      return new RegisterPerson.Registration(
          email,
          displayName,
          password,
          Fields.word("/reuserKind", reuserKind, ReuserKind.values(), ReuserKind::word),
          language);
    }
  }

  /** Who becomes the first administrator. */
  record FirstRegistration(
      @NotBlank @Size(max = 100) String link,
      @NotBlank @Email @Size(max = 254) String email,
      @NotBlank @Size(max = 120) @Pattern(regexp = Fields.LINE, message = Fields.LINE_EXPECTED)
          String displayName,
      @NotNull @Size(max = 1000) String password) {

    /** Without the secret. */
    @Override
    public String toString() {
      return "FirstRegistration[…]";
    }
  }

  /** Who asks for a token. */
  record Credentials(
      @NotBlank @Size(max = 254) String email,
      @NotNull @Size(max = 1000) String password,
      @Nullable @Size(max = 40) String code) {

    /** Without the secret. */
    @Override
    public String toString() {
      return "Credentials[…]";
    }
  }

  /** A token, shown this once. */
  record TokenView(String token, Instant expiresAt) {

    /** Without the secret. */
    @Override
    public String toString() {
      return "TokenView[…]";
    }

    static TokenView of(PersonalTokens.Issued issued) {
      return new TokenView(issued.secret().text(), issued.expires());
    }
  }

  /** A person as they see themselves. */
  record PersonView(
      String id, String email, boolean emailConfirmed, String displayName, String reuserKind) {

    static PersonView of(Person person) {
      return new PersonView(
          person.id().toString(),
          person.email(),
          person.emailConfirmed(),
          person.displayName(),
          person.reuserKind().word());
    }
  }

  /** A new account and its token. */
  record RegisteredView(PersonView person, String token, Instant expiresAt) {

    /** Without the secret. */
    @Override
    public String toString() {
      return "RegisteredView[…]";
    }

    static RegisteredView of(RegisterPerson.Registered registered) {
      return new RegisteredView(
          PersonView.of(registered.person()),
          registered.token().secret().text(),
          registered.token().expires());
    }
  }

  /** A role and its reach. */
  record RoleView(String role, @Nullable String territory, @Nullable String holder) {

    static RoleView of(Caller.Grant grant) {
      return new RoleView(
          grant.role().word(),
          grant.territory().map(TerritoryId::toString).orElse(null),
          grant.holder().map(HolderId::toString).orElse(null));
    }
  }

  /** The caller, their roles and organisations. */
  record MeView(
      PersonView person,
      List<RoleView> roles,
      List<OrganisationApi.OrganisationView> organisations) {}

  @PostMapping("/people")
  @ResponseStatus(HttpStatus.CREATED)
  @Operation(
      operationId = "registerPerson",
      summary = "Open an account",
      description = "Answers with a personal token for this API, which is shown this once.")
  RegisteredView register(
      @Valid @RequestBody Registration registration, HttpServletRequest request) {
    return RegisteredView.of(
        register.handle(registration.read(language(request)), request.getRemoteAddr()));
  }

  private static Language language(HttpServletRequest request) {
    return Language.of(Problems.language(request.getHeader(HttpHeaders.ACCEPT_LANGUAGE)));
  }

  @PostMapping("/people/tokens")
  @ResponseStatus(HttpStatus.CREATED)
  @Operation(
      operationId = "createPersonalToken",
      summary = "Get a new personal token",
      description =
          "For an e-mail address and its password, and the code of the second factor where one is"
              + " on. The token is shown this once.")
  TokenView signIn(@Valid @RequestBody Credentials credentials, HttpServletRequest request) {
    return TokenView.of(
        signIn.handle(
            credentials.email(),
            credentials.password(),
            Optional.ofNullable(credentials.code()),
            request.getRemoteAddr()));
  }

  @DeleteMapping("/people/tokens")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  @Operation(
      operationId = "endPersonalTokens",
      summary = "End all my personal tokens",
      description =
          "The one that this call is made with too: for when one has leaked. A new one is to be had"
              + " with the password.")
  void endTokens(Caller caller) {
    endTokens.handle(caller);
  }

  @PostMapping("/people/first-administrator")
  @ResponseStatus(HttpStatus.CREATED)
  @Operation(
      operationId = "becomeFirstAdministrator",
      summary = "Become the first administrator",
      description = "With the link that the server shows at its start. It works once.")
  RegisteredView becomeFirst(
      @Valid @RequestBody FirstRegistration registration, HttpServletRequest request) {
    return RegisteredView.of(
        firstAdministrator.handle(
            registration.link(),
            new RegisterPerson.Registration(
                registration.email(),
                registration.displayName(),
                registration.password(),
                ReuserKind.PUBLIC_BODY,
                language(request))));
  }

  @GetMapping("/me")
  @Operation(
      operationId = "readMe",
      summary = "See who I am",
      description = "The caller, with their roles and the organisations that they act for.")
  MeView me(Caller caller) {
    Optional<Person> person = people.find(caller.person());
    return new MeView(
        PersonView.of(person.orElseThrow()),
        caller.grants().stream().map(RoleView::of).toList(),
        organisations.of(caller.person()).stream()
            .map(OrganisationApi.OrganisationView::of)
            .toList());
  }
}
