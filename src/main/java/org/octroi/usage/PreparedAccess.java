package org.octroi.usage;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * An access together with the bytes that the journal writes for it: made once for all passages that
 * share it, since to write them anew would cost as much as all the rest of an event. Immutable.
 */
public final class PreparedAccess {

  private final Access access;
  private final byte[] encoded;
  private final int hash;

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
