package org.octroi.audit;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.octroi.problem.ProblemType;
import org.octroi.problem.Refusal;
import org.octroi.problem.RefusedException;
import org.octroi.vocabulary.Caller;
import org.octroi.vocabulary.Page;
import org.octroi.vocabulary.TerritoryId;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Reading the record: auditors and operators, and administrators for their own territory. */
@RestController
@RequestMapping("/api/v1/audit")
class AuditApi {

  private static final int MOST = 200;

  private final AuditTrail trail;

  AuditApi(AuditTrail trail) {
    this.trail = trail;
  }

  /**
   * Lists entries, newest first; without a territory, all that the caller may read.
   *
   * @refuses forbidden when the caller has no right to read that territory's record
   * @refuses invalid-field when the limit is not 1 to 200, or a parameter is not of its form
   */
  @GetMapping
  Page<EntryView> listAudit(
      Caller caller,
      @RequestParam(required = false) Optional<TerritoryId> territory,
      @RequestParam(defaultValue = "50") int limit,
      @RequestParam(required = false) Optional<Long> after) {
    if (limit < 1 || limit > MOST) {
      throw new RefusedException(Refusal.field("limit", "must be 1 to " + MOST));
    }
    long before = after.orElse(Long.MAX_VALUE);
    if (territory.isEmpty() && caller.mayAudit(Optional.empty())) {
      return page(trail.all(before, limit + 1), limit);
    }
    Set<TerritoryId> territories = territory.map(Set::of).orElseGet(caller::auditedTerritories);
    if (territories.isEmpty() || (territory.isPresent() && !caller.mayAudit(territory))) {
      throw RefusedException.of(ProblemType.FORBIDDEN);
    }
    return page(trail.of(territories, before, limit + 1), limit);
  }

  /**
   * Recomputes the chain of hashes.
   *
   * @refuses forbidden when the caller may read no record at all
   */
  @GetMapping("/verify")
  AuditTrail.Verification verifyAudit(Caller caller) {
    if (!caller.mayAudit(Optional.empty()) && caller.auditedTerritories().isEmpty()) {
      throw RefusedException.of(ProblemType.FORBIDDEN);
    }
    return trail.verify();
  }

  private static Page<EntryView> page(List<AuditEntry> rows, int limit) {
    return Page.of(
        rows.stream().map(AuditApi::view).toList(), limit, entry -> Long.toString(entry.place()));
  }

  private static EntryView view(AuditEntry entry) {
    return new EntryView(
        entry.place(),
        entry.at(),
        new ActorView(entry.actorKind(), entry.actor()),
        entry.action(),
        entry.territory().map(TerritoryId::toString),
        new SubjectView(entry.subjectKind(), entry.subjectId()),
        entry.details());
  }

  /** An entry as its readers see it. */
  record EntryView(
      long place,
      Instant at,
      ActorView actor,
      String action,
      Optional<String> territory,
      SubjectView subject,
      Map<String, String> details) {}

  /** Who: a person's or program's id, or a part of the house. */
  record ActorView(String kind, String id) {}

  /** What it was done to. */
  record SubjectView(String kind, String id) {}
}
