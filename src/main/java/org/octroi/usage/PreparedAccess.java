package org.octroi.usage;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * An access together with the bytes that the journal writes for it: made once for all passages that
 * share it. The journal writes them once a segment, and then only where they stand; it notes that
 * here, under its own lock. Otherwise immutable, and safe for use by many threads.
 */
public final class PreparedAccess {

  private final Access access;
  private final byte[] encoded;
  private final int hash;
  private @Nullable Standing standing;

  /** Where a record with these bytes stands. */
  private record Standing(Segment segment, long offset) {}

  /** Prepares an access. */
  public PreparedAccess(Access access) {
    this(access, RecordCodec.encode(access));
  }

  /** An access that was read, and the bytes that it was read from. */
  PreparedAccess(Access access, byte[] encoded) {
    this.access = access;
    this.encoded = encoded;
    this.hash = Arrays.hashCode(encoded);
  }

  /** The access. */
  public Access access() {
    return access;
  }

  byte[] encoded() {
    return encoded;
  }

  /** Where the record stands in this segment that has the bytes, or 0 where none does yet. */
  @SuppressWarnings(
      "ReferenceEquality") // A segment is what is being written to, not what is in it.
  long standsIn(Segment segment) {
    Standing last = standing;
    return last != null && last.segment == segment ? last.offset : 0;
  }

  void stands(Segment segment, long offset) {
    standing = new Standing(segment, offset);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof PreparedAccess that
        && (encoded == that.encoded || (hash == that.hash && Arrays.equals(encoded, that.encoded)));
  }

  @Override
  public int hashCode() {
    return hash;
  }

  @Override
  public String toString() {
    return access.toString();
  }
}
