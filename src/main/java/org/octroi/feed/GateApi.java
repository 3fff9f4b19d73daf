package org.octroi.feed;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import java.net.URI;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.octroi.problem.ProblemType;
import org.octroi.problem.RefusedException;
import org.octroi.territory.PageAsk;
import org.octroi.vocabulary.Caller;
import org.octroi.vocabulary.Page;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Gates on other machines, for those who run the instance. */
@RestController
@RequestMapping("/api/v1/gates")
@Tag(name = "Gates", description = "Gates on other machines, which reach the desk over one line")
class GateApi {

  private final EnrolGate enrol;
  private final RevokeGate revoke;
  private final EnrolledGates gates;
  private final LiveGates live;

  GateApi(EnrolGate enrol, RevokeGate revoke, EnrolledGates gates, LiveGates live) {
    this.enrol = enrol;
    this.revoke = revoke;
    this.gates = gates;
    this.live = live;
  }

  /**
   * What is enrolled.
   *
   * @param name what people call it, such as the machine's name
   */
  record Enrolment(@NotBlank @Size(max = 100) String name) {}

  /** A gate as operators see it. */
  record GateView(
      String id,
      String name,
      Instant enrolledAt,
      String enrolledBy,
      @Nullable Instant revokedAt,
      boolean connected,
      @Nullable Instant lastHeardAt) {}

  /** A gate with its credential, shown this once. */
  record CredentialView(GateView gate, String credential) {

    /** Without the credential. */
    @Override
    public String toString() {
      return "CredentialView[…]";
    }
  }

  @PostMapping
  @ResponseStatus(HttpStatus.CREATED)
  @Operation(
      operationId = "enrolGate",
      summary = "Enrol a gate",
      description =
          "For a gate on another machine, started with octroi.roles=gate, octroi.gate.desk.url and"
              + " this credential, which is shown this once. For operators.")
  ResponseEntity<CredentialView> enrol(@Valid @RequestBody Enrolment enrolment, Caller caller) {
    EnrolGate.WithCredential made = enrol.handle(enrolment.name().strip(), caller);
    return ResponseEntity.status(HttpStatus.CREATED)
        .location(URI.create("/api/v1/gates/" + made.gate().id()))
        .cacheControl(CacheControl.noStore())
        .body(new CredentialView(view(made.gate()), made.credential().text()));
  }

  @GetMapping
  @Operation(
      operationId = "listGates",
      summary = "List gates",
      description =
          "Those on other machines, revoked ones too. Whether one is connected is what the desk's"
              + " process that answers knows. For operators and the instance's auditors.")
  Page<GateView> list(
      Caller caller,
      @RequestParam(required = false) @Nullable Integer limit,
      @RequestParam(required = false) @Nullable String after) {
    mayRead(caller);
    return gates.all(PageAsk.of(limit, after)).map(this::view);
  }

  @GetMapping("/{id}")
  @Operation(
      operationId = "readGate",
      summary = "Read a gate",
      description = "One gate on another machine.")
  GateView read(@PathVariable GateId id, Caller caller) {
    mayRead(caller);
    return gates
        .find(id)
        .map(this::view)
        .orElseThrow(() -> RefusedException.of(ProblemType.NOT_FOUND, id.toString()));
  }

  @PostMapping("/{id}/revoke")
  @Operation(
      operationId = "revokeGate",
      summary = "Revoke a gate",
      description =
          "Its calls are refused from now on; it forgets what it holds and stops as soon as it is"
              + " told. Usage that it has not sent yet stays on its disk. For operators.")
  GateView revoke(@PathVariable GateId id, Caller caller) {
    return view(revoke.handle(id, caller));
  }

  private static void mayRead(Caller caller) {
    if (!caller.mayAudit(Optional.empty())) {
      throw RefusedException.of(ProblemType.FORBIDDEN);
    }
  }

  private GateView view(EnrolledGates.Gate gate) {
    Optional<LiveGates.Standing> standing = live.standing(gate.id());
    return new GateView(
        gate.id().toString(),
        gate.name(),
        gate.enrolledAt(),
        gate.enrolledBy().toString(),
        gate.revokedAt().orElse(null),
        standing.map(LiveGates.Standing::connected).orElse(false),
        standing.map(LiveGates.Standing::lastHeard).orElse(null));
  }
}
