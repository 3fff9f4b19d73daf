package org.octroi.identity;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.octroi.identity.web.ExpectedVersion;
import org.octroi.identity.web.Fields;
import org.octroi.problem.ProblemType;
import org.octroi.problem.Refusal;
import org.octroi.problem.RefusedException;
import org.octroi.territory.PageAsk;
import org.octroi.territory.Territories;
import org.octroi.territory.Territory;
import org.octroi.vocabulary.Caller;
import org.octroi.vocabulary.HolderId;
import org.octroi.vocabulary.Page;
import org.octroi.vocabulary.PersonId;
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
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Staff: who holds which role. A grant never changes, it only ends, so its version is always 1. */
@RestController
@RequestMapping("/api/v1/roles")
@Tag(name = "Roles", description = "Who holds which role in a territory or for a holder")
class RoleApi {

  private static final long VERSION = 1;

  private final GrantRole grant;
  private final EndRole end;
  private final RoleGrants grants;
  private final Territories territories;

  RoleApi(GrantRole grant, EndRole end, RoleGrants grants, Territories territories) {
    this.grant = grant;
    this.end = end;
    this.grants = grants;
    this.territories = territories;
  }

  /**
   * The role that somebody is to have.
   *
   * @param person their id, as {@code /me} shows it to them
   */
  record Ask(
      @NotBlank @Size(max = 36) String person,
      @NotNull String role,
      @Nullable String territory,
      @Nullable String holder) {}

  /** A role that somebody has. */
  record GrantView(
      String id, String person, String role, @Nullable String territory, @Nullable String holder) {

    static GrantView of(RoleGrants.Kept kept) {
      return new GrantView(
          kept.id().toString(),
          kept.person().toString(),
          kept.grant().role().word(),
          kept.grant().territory().map(TerritoryId::toString).orElse(null),
          kept.grant().holder().map(HolderId::toString).orElse(null));
    }
  }

  @PostMapping
  @ResponseStatus(HttpStatus.CREATED)
  @Operation(
      operationId = "grantRole",
      summary = "Give a person a role",
      description =
          "Operators give every role; a territory's administrator gives the roles of its holders"
              + " and its auditors. The person is named by the id that /api/v1/me shows them.")
  ResponseEntity<GrantView> give(@Valid @RequestBody Ask ask, Caller caller) {
    RoleGrants.Kept kept =
        grant.handle(
            new GrantRole.Ask(
                Fields.id("/person", ask.person(), PersonId::of),
                Fields.word("/role", ask.role(), Role.values(), Role::word),
                Optional.ofNullable(ask.territory()),
                Optional.ofNullable(ask.holder())),
            caller);
    return ResponseEntity.status(HttpStatus.CREATED)
        .eTag(ExpectedVersion.tag(VERSION))
        .body(GrantView.of(kept));
  }

  @GetMapping
  @Operation(
      operationId = "listRoles",
      summary = "List roles",
      description =
          "Those of a territory, for its administrator and auditors; all, for operators and"
              + " auditors of the instance.")
  Page<GrantView> list(
      Caller caller,
      @RequestParam(required = false) @Nullable String territory,
      @RequestParam(required = false) @Nullable Integer limit,
      @RequestParam(required = false) @Nullable String after) {
    PageAsk ask = PageAsk.of(limit, after);
    List<RoleGrants.Kept> rows;
    if (territory == null) {
      if (!caller.mayAudit(Optional.empty())) {
        throw new RefusedException(Refusal.field("territory", "must name a territory of yours"));
      }
      rows = grants.all(ask.after(), ask.fetch());
    } else {
      TerritoryId where =
          territories
              .find(territory)
              .map(Territory::id)
              .filter(found -> caller.mayAudit(Optional.of(found)))
              .orElseThrow(() -> RefusedException.of(ProblemType.FORBIDDEN));
      rows = grants.of(where, ask.after(), ask.fetch());
    }
    return Page.of(rows, ask.limit(), kept -> kept.id().toString()).map(GrantView::of);
  }

  @GetMapping("/{id}")
  @Operation(
      operationId = "readRole",
      summary = "Read a role",
      description = "One person's role and its reach.")
  ResponseEntity<GrantView> read(@PathVariable UUID id, Caller caller) {
    RoleGrants.Kept kept =
        grants
            .find(id)
            .filter(
                found ->
                    found.person().equals(caller.person())
                        || GrantRole.mayGive(caller, found.grant())
                        || caller.mayAudit(found.grant().territory()))
            .orElseThrow(() -> RefusedException.of(ProblemType.NOT_FOUND, id.toString()));
    return ResponseEntity.ok().eTag(ExpectedVersion.tag(VERSION)).body(GrantView.of(kept));
  }

  @DeleteMapping("/{id}")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  @Operation(
      operationId = "endRole",
      summary = "Take a role from a person",
      description = "It ends with the person's next call.")
  void end(@PathVariable UUID id, ExpectedVersion expected, Caller caller) {
    expected.check(VERSION);
    end.handle(id, caller);
  }
}
