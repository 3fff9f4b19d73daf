package org.octroi.licence;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.Period;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.octroi.identity.web.ExpectedVersion;
import org.octroi.problem.ProblemType;
import org.octroi.problem.Refusal;
import org.octroi.problem.Refusal.FieldError;
import org.octroi.problem.RefusedException;
import org.octroi.territory.Territories;
import org.octroi.vocabulary.Caller;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Freezes a draft as the next version of its licence, with the hash of its text.
 *
 * @refuses not-found when there is no draft that the caller may see
 * @refuses forbidden when they are no editor of its holder
 * @refuses precondition-required when no version is named in {@code If-Match}: what is frozen must
 *     have been seen
 * @refuses stale-version when it was changed after the version named in {@code If-Match}
 * @refuses conflict when another version was published since the draft was begun
 * @refuses invalid-field when its text and its terms disagree so that it can't be published, or a
 *     warning was not acknowledged, or the moment, the grace or the question of acceptance is not
 *     as it must be
 */
@Component
@Transactional
class PublishDraft {

  private static final Period LEAST_GRACE = Period.ofDays(30);
  private static final Period MOST_GRACE = Period.ofYears(1);
  private static final Period FURTHEST = Period.ofYears(2);

  /** What a clock at the other end may be behind. */
  private static final Duration SLACK = Duration.ofMinutes(1);

  private final WorkingDrafts drafts;
  private final Licences licences;
  private final Territories territories;
  private final Clock clock;

  PublishDraft(WorkingDrafts drafts, Licences licences, Territories territories, Clock clock) {
    this.drafts = drafts;
    this.licences = licences;
    this.territories = territories;
    this.clock = clock;
  }

  /**
   * How it is to be published.
   *
   * @param effectiveAt from when on it is the licence's text; empty for now
   * @param reacceptance whether those who accepted an older version must accept this one
   * @param grace how long after that moment they may take
   * @param acknowledged the rules whose warnings were read
   */
  record Ask(
      Optional<Instant> effectiveAt,
      boolean reacceptance,
      Optional<Period> grace,
      Set<String> acknowledged) {}

  LicenceVersion handle(String name, Ask ask, ExpectedVersion expected, Caller by) {
    WorkingDraft draft = drafts.hold(name, by);
    if (expected instanceof ExpectedVersion.Any) {
      throw RefusedException.of(ProblemType.PRECONDITION_REQUIRED);
    }
    expected.check(draft.version());
    Optional<LicenceVersion> newest = licences.newest(name);
    if (newest.map(LicenceVersion::number).orElse(0) != draft.basedOn()) {
      throw superseded(name);
    }
    Set<String> acknowledged = mustAgree(draft, ask.acknowledged());
    Instant now = clock.instant();
    ZonedDateTime from =
        effective(ask, newest, now)
            .atZone(territories.find(draft.territory()).orElseThrow().zone());
    Licences.Moments moments =
        new Licences.Moments(now, from.toInstant(), reacceptBy(ask, draft, from));
    LicenceTexts texts =
        new LicenceTexts(
            draft.content().fr(), draft.content().en(), draft.content().authoritative());
    try {
      LicenceVersion version = licences.freeze(draft, texts, moments, acknowledged, by.actor());
      drafts.end(draft);
      return version;
    } catch (DuplicateKeyException e) {
      throw superseded(name);
    }
  }

  private static RefusedException superseded(String name) {
    return RefusedException.of(
        ProblemType.CONFLICT, name + " has a version that the draft was not begun from");
  }

  /** The warnings that were acknowledged, when nothing else speaks against the draft. */
  private static Set<String> mustAgree(WorkingDraft draft, Set<String> acknowledged) {
    List<TextChecks.Finding> findings = TextChecks.builtIn().findings(draft.content());
    List<FieldError> errors = new ArrayList<>();
    Set<String> warnings = new TreeSet<>();
    for (TextChecks.Finding finding : findings) {
      if (finding.blocks()) {
        finding
            .pointers()
            .forEach(pointer -> errors.add(new FieldError(pointer, finding.says().en())));
      } else {
        warnings.add(finding.rule());
        if (!acknowledged.contains(finding.rule())) {
          errors.add(
              new FieldError(
                  "/acknowledged", "must have " + finding.rule() + ": " + finding.says().en()));
        }
      }
    }
    String unknown =
        acknowledged.stream()
            .filter(rule -> !warnings.contains(rule))
            .sorted()
            .collect(Collectors.joining(", "));
    if (!unknown.isEmpty()) {
      errors.add(new FieldError("/acknowledged", "has no such warning: " + unknown));
    }
    if (!errors.isEmpty()) {
      throw new RefusedException(Refusal.fields(errors).with("findings", findings));
    }
    return warnings;
  }

  private static Instant effective(Ask ask, Optional<LicenceVersion> newest, Instant now) {
    Instant asked = ask.effectiveAt().orElse(now);
    if (asked.isBefore(now.minus(SLACK))) {
      throw wrong("/effectiveAt", "must not be in the past");
    }
    if (asked.isAfter(now.atZone(ZoneOffset.UTC).plus(FURTHEST).toInstant())) {
      throw wrong("/effectiveAt", "must be within two years");
    }
    Instant from = asked.isBefore(now) ? now : asked;
    newest
        .filter(before -> from.isBefore(before.effectiveAt()))
        .ifPresent(
            before -> {
              throw wrong(
                  "/effectiveAt",
                  "must not be before version "
                      + before.number()
                      + " is in effect, at "
                      + before.effectiveAt());
            });
    return from;
  }

  private static Optional<Instant> reacceptBy(Ask ask, WorkingDraft draft, ZonedDateTime from) {
    if (!ask.reacceptance()) {
      if (ask.grace().isPresent()) {
        throw wrong("/grace", "is for a version that asks to be accepted again");
      }
      return Optional.empty();
    }
    if (draft.basedOn() == 0) {
      throw wrong("/reacceptance", "nobody has accepted an earlier version");
    }
    Period grace =
        ask.grace().orElseThrow(() -> wrong("/grace", "must say how long acceptance may take"));
    boolean bounded = Math.abs(grace.toTotalMonths()) <= 24 && Math.abs(grace.getDays()) <= 800;
    if (!bounded
        || from.plus(grace).isBefore(from.plus(LEAST_GRACE))
        || from.plus(grace).isAfter(from.plus(MOST_GRACE))) {
      throw wrong("/grace", "must be 30 days (P30D) to a year (P1Y)");
    }
    return Optional.of(from.plus(grace).toInstant());
  }

  private static RefusedException wrong(String pointer, String sentence) {
    return new RefusedException(Refusal.field(pointer, sentence));
  }
}
