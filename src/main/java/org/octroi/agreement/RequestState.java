package org.octroi.agreement;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Where an access request is in its life, and where it may go from there. */
enum RequestState {
  /** Being written; nobody but its applicant sees it. */
  DRAFT,
  /** Waits for the holder; the legal clock runs. */
  SUBMITTED,
  /** One of two reviewers has approved. */
  HALF_APPROVED,
  /** Has minted its agreement. */
  APPROVED,
  /** Was refused, with a ground. */
  REFUSED,
  /** Was taken back by its applicant. */
  WITHDRAWN;

  private static final Map<RequestState, Set<RequestState>> NEXT =
      new EnumMap<>(RequestState.class);

  static {
    // An automatic offer goes from draft to approved in one step: accepting is the whole workflow.
    NEXT.put(DRAFT, EnumSet.of(SUBMITTED, APPROVED, WITHDRAWN));
    NEXT.put(SUBMITTED, EnumSet.of(HALF_APPROVED, APPROVED, REFUSED, WITHDRAWN));
    NEXT.put(HALF_APPROVED, EnumSet.of(APPROVED, REFUSED, WITHDRAWN));
    NEXT.put(APPROVED, EnumSet.noneOf(RequestState.class));
    NEXT.put(REFUSED, EnumSet.noneOf(RequestState.class));
    NEXT.put(WITHDRAWN, EnumSet.noneOf(RequestState.class));
  }

  /** Whether a request may go from here to there in one step. */
  boolean mayBecome(RequestState next) {
    return NEXT.getOrDefault(this, Set.of()).contains(next);
  }

  /** Whether it waits for a reviewer. */
  boolean isOpen() {
    return this == SUBMITTED || this == HALF_APPROVED;
  }

  /** The word as it stands in the API and the table. */
  String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  static RequestState of(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT).replace('-', '_'));
  }
}
