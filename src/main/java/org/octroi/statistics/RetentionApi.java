package org.octroi.statistics;

import io.swagger.v3.oas.annotations.Operation;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.octroi.problem.ProblemType;
import org.octroi.problem.RefusedException;
import org.octroi.usage.Retention;
import org.octroi.vocabulary.Caller;
import org.octroi.vocabulary.KeptRecords;
import org.octroi.vocabulary.Page;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** What is kept, for how long, and what went: for operators, and for auditors of the instance. */
@RestController
@RequestMapping("/api/v1/retention")
final class RetentionApi {

  private final Retention retention;

  RetentionApi(Retention retention) {
    this.retention = retention;
  }

  /**
   * Lists every kind of record with what there is of it.
   *
   * @refuses forbidden when the caller is neither an operator nor an auditor of the instance
   */
  @GetMapping
  @Operation(
      operationId = "listRetention",
      summary = "List what is kept and for how long",
      description =
          "Every kind of record: how long it is kept, the oldest and newest there is, how much,"
              + " when it was last held to its age and what went then.")
  Page<KindView> listRetention(Caller caller) {
    if (!caller.mayAudit(Optional.empty())) {
      throw RefusedException.of(ProblemType.FORBIDDEN);
    }
    List<KindView> kinds = retention.report().stream().map(KindView::of).toList();
    return Page.of(kinds, kinds.size(), KindView::kind);
  }

  /**
   * A kind of record.
   *
   * @param kind such as {@code usage-journal}
   * @param keptFor an ISO 8601 duration; null for ever
   * @param oldest when the oldest there is was made
   * @param newest when the newest there is was made
   * @param rows how many, where it is rows
   * @param bytes how much, where it is files
   * @param enforced when it was last held to its age; null before the first time
   */
  record KindView(
      String kind,
      Optional<String> keptFor,
      Optional<Instant> oldest,
      Optional<Instant> newest,
      OptionalLong rows,
      OptionalLong bytes,
      Optional<EnforcedView> enforced) {

    static KindView of(Retention.Kept kept) {
      KeptRecords.Holdings holdings = kept.holdings();
      return new KindView(
          kept.kind(),
          kept.keptFor().map(KindView::inDays),
          holdings.oldest(),
          holdings.newest(),
          holdings.rows(),
          holdings.bytes(),
          kept.last().map(EnforcedView::of));
    }

    /** Whole days as days, and not as hundreds of hours. */
    private static String inDays(Duration duration) {
      return duration.equals(Duration.ofDays(duration.toDays()))
          ? "P" + duration.toDays() + "D"
          : duration.toString();
    }
  }

  /**
   * The last time.
   *
   * @param goneRows rows that went that time
   * @param goneBytes bytes of files that went that time
   * @param allGoneRows rows that have gone in all
   * @param allGoneBytes bytes of files that have gone in all
   */
  record EnforcedView(
      Instant at, long goneRows, long goneBytes, long allGoneRows, long allGoneBytes) {

    static EnforcedView of(Retention.Enforced enforced) {
      return new EnforcedView(
          enforced.at(),
          enforced.gone().rows(),
          enforced.gone().bytes(),
          enforced.allGone().rows(),
          enforced.allGone().bytes());
    }
  }
}
