package org.octroi.realm;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.octroi.identity.Applications;
import org.octroi.identity.RegisteredApplication;
import org.octroi.outbox.Delivery;
import org.octroi.outbox.Outbox;
import org.octroi.problem.ProblemType;
import org.octroi.problem.RefusedException;
import org.octroi.vocabulary.ApplicationId;
import org.octroi.vocabulary.Caller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** The Keycloak realm that applications are provisioned in. */
@RestController
@RequestMapping("/api/v1")
@Tag(name = "Realm", description = "The Keycloak realm that applications are provisioned in")
class RealmApi {

  private final RealmProperties properties;
  private final RealmAdmin realm;
  private final Reconciliation reconciliation;
  private final Applications applications;
  private final Outbox outbox;

  RealmApi(
      RealmProperties properties,
      RealmAdmin realm,
      Reconciliation reconciliation,
      Applications applications,
      Outbox outbox) {
    this.properties = properties;
    this.realm = realm;
    this.reconciliation = reconciliation;
    this.applications = applications;
    this.outbox = outbox;
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
    if (!caller.isOperator()) {
      throw RefusedException.of(ProblemType.FORBIDDEN);
    }
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
    RegisteredApplication application =
        applications
            .find(id)
            .filter(found -> found.owner().includes(caller) || caller.isOperator())
            .orElseThrow(() -> RefusedException.of(ProblemType.NOT_FOUND, id.toString()));
    mustBeSet();
    Optional<Delivery> newest =
        Optional.ofNullable(outbox.newest(List.of(id)).get(id.toString()));
    return new RealmClientView(
        application.clientId(),
        properties.issuer() + "/protocol/openid-connect/token",
        newest.map(RealmApi::word).orElse("in-step"),
        newest.flatMap(Delivery::error).orElse(null));
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
