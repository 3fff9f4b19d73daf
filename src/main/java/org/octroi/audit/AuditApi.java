package org.octroi.audit;

import io.swagger.v3.oas.annotations.Operation;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
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
import org.springframework.http.HttpHeaders;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.json.JsonMapper;

/** Reading the record: auditors and operators, and administrators for their own territory. */
@RestController
@RequestMapping("/api/v1/audit")
class AuditApi {

  private static final int MOST = 200;

  private final AuditTrail trail;
  private final ChainWalk walk;
  private final JsonMapper json;

  AuditApi(AuditTrail trail, ChainWalk walk, JsonMapper json) {
    this.trail = trail;
    this.walk = walk;
    this.json = json;
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
    return page(trail.of(reach(caller, territory), before, limit + 1), limit);
  }

  private static Set<TerritoryId> reach(Caller caller, Optional<TerritoryId> territory) {
    Set<TerritoryId> territories = territory.map(Set::of).orElseGet(caller::auditedTerritories);
    if (territories.isEmpty() || (territory.isPresent() && !caller.mayAudit(territory))) {
      throw RefusedException.of(ProblemType.FORBIDDEN);
    }
    return territories;
  }

  /**
   * Writes all entries as JSON Lines, oldest first, each with its hash and that of the entry before
   * it; without a territory, all that the caller may read. The whole chain so exported can be
   * verified elsewhere.
   *
   * @refuses forbidden when the caller has no right to read that territory's record
   * @refuses invalid-field when the territory is not of its form
   */
  @GetMapping(path = "/export", produces = "application/jsonl")
  @Operation(
      operationId = "exportAudit",
      summary = "Export the record",
      description =
          "JSON Lines, oldest first, each entry with its hash and that of the entry before it.")
  void exportAudit(
      Caller caller,
      @RequestParam(required = false) Optional<TerritoryId> territory,
      HttpServletResponse response)
      throws IOException {
    boolean all = territory.isEmpty() && caller.mayAudit(Optional.empty());
    Set<TerritoryId> territories = all ? Set.of() : reach(caller, territory);
    long last = trail.head().place();
    response.setContentType("application/jsonl");
    response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
    response.setHeader(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"audit.jsonl\"");
    OutputStream out = response.getOutputStream();
    long place = 0;
    List<AuditTrail.Link> links;
    do {
      links = all ? trail.linksAfter(place, last) : trail.linksAfter(place, last, territories);
      for (AuditTrail.Link link : links) {
        out.write(json.writeValueAsBytes(ExportLine.of(link)));
        out.write('\n');
        place = link.entry().place();
      }
    } while (links.size() == AuditTrail.AT_ONCE);
  }

  /**
   * Recomputes the chain of hashes, and holds it against the heads that were signed.
   *
   * @refuses forbidden when the caller may read no record at all
   */
  @GetMapping("/verify")
  VerificationView verifyAudit(Caller caller) {
    if (!caller.mayAudit(Optional.empty()) && caller.auditedTerritories().isEmpty()) {
      throw RefusedException.of(ProblemType.FORBIDDEN);
    }
    return VerificationView.of(walk.verify());
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

  /**
   * What was found along the chain.
   *
   * @param fault {@code altered}, {@code removed}, {@code inserted}, {@code reordered} or {@code
   *     head-mismatch}
   */
  record VerificationView(
      boolean intact,
      long entries,
      String head,
      Optional<Long> firstBroken,
      Optional<String> fault,
      long signedEntries) {

    static VerificationView of(Verification found) {
      return new VerificationView(
          found.intact(),
          found.entries(),
          found.head(),
          found.firstBroken(),
          found.fault().map(Verification.Fault::word),
          found.signedEntries());
    }
  }

  /** A line of the export: the entry, and the hashes that make it a link of the chain. */
  record ExportLine(
      long place,
      Instant at,
      ActorView actor,
      String action,
      Optional<String> territory,
      SubjectView subject,
      Map<String, String> details,
      String previousHash,
      String hash) {

    static ExportLine of(AuditTrail.Link link) {
      EntryView entry = view(link.entry());
      return new ExportLine(
          entry.place(),
          entry.at(),
          entry.actor(),
          entry.action(),
          entry.territory(),
          entry.subject(),
          entry.details(),
          link.previous(),
          link.hash());
    }
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
