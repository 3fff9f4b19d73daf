package org.octroi.agreement;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Where an access request is in its life, and the whole of the steps that lead on from there. */
enum RequestState {
  /** Written, not yet sent: only its applicant sees it. */
  DRAFT,

  /** Sent; the legal clock runs. */
  SUBMITTED,

  /** The reviewers asked the applicant for more; the legal clock stands still. */
  INFORMATION_ASKED,

  /** One of two reviewers approved, whole or with narrower terms. */
  HALF_APPROVED,

  /** The reviewers approve narrower terms, which the applicant may accept. */
  PROPOSED,

  /** The end: an agreement was minted. */
  APPROVED,

  /** The end: refused on a ground. */
  REFUSED,

  /** The end: its applicant took it back. */
  WITHDRAWN,

  /** The end: its applicant did not answer. */
  LAPSED;

  /** What can be done with a request. */
  enum Step {
    /** The applicant sends it to a holder who decides. */
    SUBMIT,
    /** The applicant sends it where accepting the terms is the whole workflow. */
    SUBMIT_AUTOMATIC,
    /** A reviewer asks for more. */
    ASK,
    /** The applicant answers, where nobody has approved yet. */
    ANSWER,
    /** The applicant answers, where one of two reviewers has approved. */
    ANSWER_HALF_APPROVED,
    /** The first of two reviewers approves, whole or with narrower terms. */
    APPROVE_FIRST,
    /** The last reviewer needed approves. */
    APPROVE,
    /** The last reviewer needed approves narrower terms. */
    PROPOSE,
    /** The applicant accepts the narrower terms. */
    ACCEPT,
    /** A reviewer refuses. */
    REFUSE,
    /** The applicant takes it back. */
    WITHDRAW,
    /** Time passes without an answer of the applicant's. */
    LAPSE
  }

  private static final Map<RequestState, Map<Step, RequestState>> TRANSITIONS = transitions();

  private static Map<RequestState, Map<Step, RequestState>> transitions() {
    Map<Step, RequestState> reviewed = new EnumMap<>(Step.class);
    reviewed.put(Step.ASK, INFORMATION_ASKED);
    reviewed.put(Step.APPROVE, APPROVED);
    reviewed.put(Step.PROPOSE, PROPOSED);
    reviewed.put(Step.REFUSE, REFUSED);
    reviewed.put(Step.WITHDRAW, WITHDRAWN);
    Map<Step, RequestState> submitted = new EnumMap<>(reviewed);
    submitted.put(Step.APPROVE_FIRST, HALF_APPROVED);
    Map<RequestState, Map<Step, RequestState>> all = new EnumMap<>(RequestState.class);
    all.put(
        DRAFT,
        Map.of(Step.SUBMIT, SUBMITTED, Step.SUBMIT_AUTOMATIC, APPROVED, Step.WITHDRAW, WITHDRAWN));
    all.put(SUBMITTED, submitted);
    all.put(HALF_APPROVED, reviewed);
    all.put(
        INFORMATION_ASKED,
        Map.of(
            Step.ANSWER, SUBMITTED,
            Step.ANSWER_HALF_APPROVED, HALF_APPROVED,
            Step.REFUSE, REFUSED,
            Step.WITHDRAW, WITHDRAWN,
            Step.LAPSE, LAPSED));
    all.put(PROPOSED, Map.of(Step.ACCEPT, APPROVED, Step.WITHDRAW, WITHDRAWN, Step.LAPSE, LAPSED));
    return all;
  }

  /** The states in which the holder is to decide: the legal clock runs. */
  static final Set<RequestState> RUNNING = EnumSet.of(SUBMITTED, HALF_APPROVED);

  /** The states in which the applicant is to answer. */
  static final Set<RequestState> WAITING = EnumSet.of(INFORMATION_ASKED, PROPOSED);

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
