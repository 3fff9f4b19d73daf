package org.octroi.audit;

import java.util.Locale;
import java.util.Optional;

/**
 * What a walk along the chain found.
 *
 * @param intact whether every entry is where it was and as it was
 * @param entries how many entries the chain should have
 * @param head the hash of the last one, to keep elsewhere
 * @param firstBroken the first place that is wrong; where all entries fit together and not the
 *     signed head, the place of that head: what was rewritten lies after the signed head before it
 * @param fault what is wrong there
 * @param signedEntries up to which place the chain is signed; what comes after could have been
 *     rewritten by who may write to the database
 */
record Verification(
    boolean intact,
    long entries,
    String head,
    Optional<Long> firstBroken,
    Optional<Fault> fault,
    long signedEntries) {

  /** What is wrong at a place. */
  enum Fault {
    /** The entry is not what it was. */
    ALTERED,
    /** The entry that was there is gone. */
    REMOVED,
    /** An entry is there that was not. */
    INSERTED,
    /** An entry from another place is there, and the one of here is at that place. */
    REORDERED,
    /** All entries up to here fit together, and are not those that were signed or counted. */
    HEAD_MISMATCH;

    /** The word as it stands in the API. */
    String word() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  static Verification intact(AuditTrail.Head head, long signedEntries) {
    return new Verification(
        true, head.place(), head.hash(), Optional.empty(), Optional.empty(), signedEntries);
  }

  static Verification broken(long place, Fault fault, AuditTrail.Head head, long signedEntries) {
    return new Verification(
        false, head.place(), head.hash(), Optional.of(place), Optional.of(fault), signedEntries);
  }
}
