package org.octroi.token;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.octroi.vocabulary.Sha256;

/**
 * The proofs that were used already, for as long as their nonce is good: those of this slot and of
 * the one before. Bounded: where too many come in a slot, further ones count as used, so that none
 * is good twice. Safe for use by many threads.
 */
final class SpentProofs {

  /** Some 100 MB at the very most; to get there takes a hundred thousand signatures a second. */
  static final int MOST = 1_000_000;

  private volatile Slots slots = new Slots(0, none(), none());

  /** 128 bits of a hash over key and id. */
  private record Proof(long first, long second) {}

  private record Slots(long newest, Set<Proof> now, Set<Proof> before) {}

  /**
   * Notes a proof.
   *
   * @param slot the slot of its nonce: the current one or the one before
   * @return whether it was not used before
   */
  boolean spend(String thumbprint, String id, long slot) {
    Slots current = upTo(slot);
    Set<Proof> used = slot == current.newest ? current.now : current.before;
    if (slot < current.newest - 1 || used.size() >= MOST) {
      return false;
    }
    ByteBuffer hash =
        ByteBuffer.wrap(
            Sha256.digest().digest((thumbprint + '.' + id).getBytes(StandardCharsets.UTF_8)));
    return used.add(new Proof(hash.getLong(), hash.getLong()));
  }

  private Slots upTo(long slot) {
    Slots seen = slots;
    return slot <= seen.newest ? seen : turnOver(slot);
  }

  private synchronized Slots turnOver(long slot) {
    if (slot > slots.newest) {
      slots = new Slots(slot, none(), slot == slots.newest + 1 ? slots.now : none());
    }
    return slots;
  }

  private static Set<Proof> none() {
    return ConcurrentHashMap.newKeySet();
  }
}
