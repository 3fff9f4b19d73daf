package org.octroi.agreement;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Where an access request is in its life, and the whole of the steps that lead on from there. */
enum RequestState {
  /** Written, not yet sent: only its applicant sees it. */
  DRAFT,

  /** Sent; the legal clock runs. */
  SUBMITTED,

  /** One of two reviewers approved. */
  HALF_APPROVED,

  /** The end: an agreement was minted. */
  APPROVED,

  /** The end: refused on a ground. */
  REFUSED,

  /** The end: its applicant took it back. */
  WITHDRAWN;

  /** What can be done with a request. */
  enum Step {
    /** The applicant sends it to a holder who decides. */
    SUBMIT,
    /** The applicant sends it where accepting the terms is the whole workflow. */
    SUBMIT_AUTOMATIC,
    /** The first of two reviewers approves. */
    APPROVE_FIRST,
    /** The last reviewer needed approves. */
    APPROVE,
    /** A reviewer refuses. */
    REFUSE,
    /** The applicant takes it back. */
    WITHDRAW
  }

  private static final Map<RequestState, Map<Step, RequestState>> TRANSITIONS =
      Map.of(
          DRAFT,
          Map.of(
              Step.SUBMIT, SUBMITTED,
              Step.SUBMIT_AUTOMATIC, APPROVED,
              Step.WITHDRAW, WITHDRAWN),
          SUBMITTED,
          Map.of(
              Step.APPROVE_FIRST, HALF_APPROVED,
              Step.APPROVE, APPROVED,
              Step.REFUSE, REFUSED,
              Step.WITHDRAW, WITHDRAWN),
          HALF_APPROVED,
          Map.of(
              Step.APPROVE, APPROVED,
              Step.REFUSE, REFUSED,
              Step.WITHDRAW, WITHDRAWN));

  /** Where a step leads from here; empty where it can't be taken. */
  Optional<RequestState> after(Step step) {
    return Optional.ofNullable(TRANSITIONS.getOrDefault(this, Map.of()).get(step));
  }

  /** Whether nothing leads on from here. */
  boolean isClosed() {
    return !TRANSITIONS.containsKey(this);
  }

  /** The word as it stands in tables and APIs, for example {@code half-approved}. */
  String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * Reads the word back.
   *
   * @throws IllegalArgumentException when no state has this word
   */
  static RequestState of(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT).replace('-', '_'));
  }
}
