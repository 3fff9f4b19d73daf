package org.octroi.store;

import org.octroi.problem.Refusal;

/** Why a fetch came to nothing, or broke off. */
public sealed interface StoreFailure {

  /**
   * The store can't be reached, or says itself that it can't serve anybody now: true for all that
   * it has, whatever was asked.
   */
  record Unreachable(String what) implements StoreFailure {}

  /** The store failed repeatedly and was not asked. */
  record LeftInPeace(String what) implements StoreFailure {}

  /**
   * The store was reached and failed at this question. Another one may do well, so that nobody can
   * close a store to others by asking what it stumbles over.
   */
  record Unavailable(String what) implements StoreFailure {}

  /** The store did not begin to answer in time, or stopped in the middle. */
  record TimedOut(String what) implements StoreFailure {}

  /** As much is asked of the store already as it may be asked. */
  record Busy(String what) implements StoreFailure {}

  /** The store answered, but its reader stood still for too long: the reader's doing. */
  record ReaderStalled() implements StoreFailure {}

  /** The answer is not of the declared form, so its obligations can't be honoured. */
  record Unshapeable(String what) implements StoreFailure {}

  /** The caller asked for what can't be given, such as an unknown column. */
  record Refused(Refusal refusal) implements StoreFailure {}
}
