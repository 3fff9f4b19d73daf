package org.octroi.usage;

import java.time.Instant;
import java.time.LocalDate;
import java.util.List;

/**
 * One passage through the gate, served or refused: whole from the first day, since what was not
 * recorded can't be replayed.
 *
 * @param time when the request arrived
 * @param localDay the day of the territory's time zone that it arrived on
 * @param requestId this request's id, as answered in {@code Octroi-Request}
 * @param prepared who reached for what, under which terms
 * @param status the HTTP status answered
 * @param reasons why it was refused: the problem's word first, then the policy's reasons; empty
 *     when served
 * @param outcome how it ended
 * @param rows rows that went out, -1 where rows don't exist
 * @param bytesOut bytes of body that went out
 * @param latencyMicros from the request's last header byte to the answer's end
 * @param region coarse network region
 * @param snapshotRevision which entitlements were looked up in
 * @param pseudonym the keyed daily pseudonym of the caller's address
 * @param provisional whether a later record of the same request replaces this one
 */
public record UsageEvent(
    Instant time,
    LocalDate localDay,
    String requestId,
    PreparedAccess prepared,
    int status,
    List<String> reasons,
    Outcome outcome,
    long rows,
    long bytesOut,
    long latencyMicros,
    String region,
    long snapshotRevision,
    String pseudonym,
    boolean provisional) {

  public UsageEvent {
    reasons = List.copyOf(reasons);
  }

  /** Who reached for what, under which terms. */
  public Access access() {
    return prepared.access();
  }

  /** How a passage ended. */
  public enum Outcome {
    /** Everything went out. */
    COMPLETE,
    /** We cut it: the store broke off, or shaping failed in mid-body. */
    CUT,
    /** The caller went away. */
    CANCELLED,
    /** It was refused. */
    REFUSED
  }
}
