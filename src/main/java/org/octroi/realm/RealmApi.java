package org.octroi.realm;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.octroi.identity.Applications;
import org.octroi.identity.RegisteredApplication;
import org.octroi.identity.web.Fields;
import org.octroi.issuer.SignInArrival;
import org.octroi.issuer.SignInProvider;
import org.octroi.outbox.Delivery;
import org.octroi.outbox.Outbox;
import org.octroi.problem.ProblemType;
import org.octroi.problem.PublicAddresses;
import org.octroi.problem.RefusedException;
import org.octroi.vocabulary.ApplicationId;
import org.octroi.vocabulary.Caller;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** The Keycloak realm that applications are provisioned in. */
@RestController
@RequestMapping("/api/v1")
@Tag(name = "Realm", description = "The Keycloak realm that applications are provisioned in")
class RealmApi {

  private final RealmProperties properties;
  private final RealmAdmin realm;
  private final Reconciliation reconciliation;
  private final PeopleOfRealm people;
  private final Applications applications;
  private final Outbox outbox;
  private final PublicAddresses addresses;

  RealmApi(
      RealmProperties properties,
      RealmAdmin realm,
      Reconciliation reconciliation,
      PeopleOfRealm people,
      Applications applications,
      Outbox outbox,
      PublicAddresses addresses) {
    this.properties = properties;
    this.realm = realm;
    this.reconciliation = reconciliation;
    this.people = people;
    this.applications = applications;
    this.outbox = outbox;
    this.addresses = addresses;
  }

  /** Something that differed. */
  record DriftView(String kind, String subject, boolean repaired) {}

  /**
   * How it stands with the realm.
   *
   * @param issuer what its tokens say issued them
   * @param downSince since when it does not answer; what is to be done waits until it does
   * @param waiting how many changes wait, or were given up
   * @param comparedAt when it was compared last with what is known here
   * @param drifts what differed then
   */
  record RealmView(
      String issuer,
      @Nullable Instant downSince,
      long waiting,
      @Nullable Instant comparedAt,
      List<DriftView> drifts) {}

  /**
   * An application's client in the realm: its client id and secret are those of our own token
   * endpoint.
   *
   * @param state {@code in-step}, {@code waiting} or {@code failed}
   * @param error why the last try failed
   */
  record RealmClientView(
      String clientId, String tokenEndpoint, String state, @Nullable String error) {}

  @GetMapping("/realm")
  @Operation(
      operationId = "readRealm",
      summary = "Read how it stands with the realm",
      description =
          "Whether it answers, what waits for it, and what differed when it was compared last. For"
              + " operators and the instance's auditors.")
  RealmView read(Caller caller) {
    if (!caller.mayAudit(Optional.empty())) {
      throw RefusedException.of(ProblemType.FORBIDDEN);
    }
    mustBeSet();
    return view(reconciliation.last());
  }

  @PostMapping("/realm/reconcile")
  @Operation(
      operationId = "reconcileRealm",
      summary = "Compare the realm with what is known here, and repair it",
      description =
          "Clients, their state and scopes, and the scopes of datasets. What can't be repaired from"
              + " here, such as a secret that nobody but its owner knows, is told. For operators.")
  RealmView reconcile(Caller caller) {
    mustBeOperator(caller);
    mustBeSet();
    try {
      return view(Optional.of(reconciliation.compare(caller.actor())));
    } catch (RealmUnavailableException e) {
      throw RefusedException.of(ProblemType.CONFLICT, e.why());
    }
  }

  @GetMapping("/applications/{id}/realm-client")
  @Operation(
      operationId = "readRealmClient",
      summary = "Read an application's client in the realm",
      description =
          "Where it fetches tokens there, and whether the realm knows all that happened here. For"
              + " its owner, and for operators.")
  RealmClientView readClient(@PathVariable ApplicationId id, Caller caller) {
    RegisteredApplication application = applications.readable(id, caller);
    mustBeSet();
    Optional<Delivery> newest = Optional.ofNullable(outbox.newest(List.of(id)).get(id.toString()));
    return new RealmClientView(
        application.clientId(),
        properties.issuer() + "/protocol/openid-connect/token",
        newest.map(RealmApi::word).orElse("in-step"),
        newest.flatMap(Delivery::error).orElse(null));
  }

  /**
   * Whose people.
   *
   * @param territory its name in addresses
   * @param name what people read on the sign-in page
   */
  record PeopleSource(
      @NotBlank String territory,
      @NotBlank @Size(max = 120) @Pattern(regexp = Fields.LINE, message = Fields.LINE_EXPECTED)
          String name) {}

  /**
   * That people of a territory sign in with the realm.
   *
   * @param provider the provider's id, see /sign-in-providers
   * @param signIn where they are sent from
   * @param roles the realm roles that give roles here
   */
  record PeopleSourceView(String provider, String signIn, List<String> roles) {}

  @PostMapping("/realm/people")
  @ResponseStatus(HttpStatus.CREATED)
  @Operation(
      operationId = "takePeopleFromRealm",
      summary = "Make the realm the source of people of a territory",
      description =
          "The desk becomes a client of the realm, people of the realm sign in at the desk with it,"
              + " and the realm roles that are answered give them roles in the territory for as"
              + " long as they have them. For operators.")
  PeopleSourceView takePeople(@Valid @RequestBody PeopleSource body, Caller caller) {
    mustBeOperator(caller);
    mustBeSet();
    try {
      SignInProvider made = people.handle(body.territory(), body.name().strip(), caller);
      return new PeopleSourceView(
          made.id().toString(),
          addresses.atDesk(SignInArrival.to(made.slug())),
          made.roles().stream().map(SignInProvider.MappedRole::value).toList());
    } catch (RealmUnavailableException e) {
      throw RefusedException.of(ProblemType.CONFLICT, e.why());
    }
  }

  private static void mustBeOperator(Caller caller) {
    if (!caller.isOperator()) {
      throw RefusedException.of(ProblemType.FORBIDDEN);
    }
  }

  private static String word(Delivery newest) {
    return switch (newest.state()) {
      case SENT -> "in-step";
      case PENDING -> "waiting";
      case DEAD -> "failed";
    };
  }

  private void mustBeSet() {
    if (!properties.isSet()) {
      throw RefusedException.of(ProblemType.NOT_FOUND, "realm");
    }
  }

  private RealmView view(Optional<Reconciliation.Report> last) {
    return new RealmView(
        properties.issuer(),
        realm.downSince().orElse(null),
        outbox.unfinishedErrands(),
        last.map(Reconciliation.Report::at).orElse(null),
        last.map(Reconciliation.Report::drifts).orElse(List.of()).stream()
            .map(drift -> new DriftView(drift.kind().word(), drift.subject(), drift.repaired()))
            .toList());
  }
}
