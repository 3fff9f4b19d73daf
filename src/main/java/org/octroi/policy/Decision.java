package org.octroi.policy;

import java.time.Instant;
import java.util.List;
import org.octroi.obligation.Obligations;
import org.octroi.vocabulary.TierName;

/** What the policy answers; the same input always gets the same answer. */
public sealed interface Decision {

  /** The moment at which this answer must be asked again; exclusive. */
  Instant validUntil();

  /**
   * The request may go on.
   *
   * @param tier the tier that applies
   * @param obligations what the gate must honour
   * @param validUntil when to ask again
   */
  record Permit(TierName tier, Obligations obligations, Instant validUntil) implements Decision {}

  /**
   * The request may not.
   *
   * @param reasons why, as stable codes, sorted, never empty
   * @param validUntil when to ask again
   */
  record Refuse(List<String> reasons, Instant validUntil) implements Decision {}
}
