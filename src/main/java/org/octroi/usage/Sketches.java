package org.octroi.usage;

import java.lang.foreign.MemorySegment;
import java.util.Optional;
import org.apache.datasketches.hll.HllSketch;
import org.apache.datasketches.hll.HllUnion;
import org.apache.datasketches.hll.TgtHllType;
import org.apache.datasketches.kll.KllFloatsSketch;
import org.apache.datasketches.quantilescommon.QuantileSearchCriteria;
import org.jspecify.annotations.Nullable;

/**
 * Who came, and how long and how large the answers were, in a space that does not grow with the
 * traffic; any two can be put together.
 *
 * <p>Uniques are HyperLogLog sketches of 2,048 registers (Apache DataSketches): exact for a few,
 * and within 2.3 % two times of three, 7 % practically always, for many. Quantiles are KLL sketches
 * of k = 200: a quantile's rank is within 1.4 % of what was asked for. All five take 12 KB at most,
 * and some dozens of bytes where few came. Registers are kept a byte each: twice the size of the
 * most compact form, and put together in a tenth of the time.
 *
 * <p>Reusers are the same over any time. <b>Callers have another pseudonym each day</b>, so over
 * several days they are caller-days: somebody who comes on three days is three.
 *
 * <p>All on the heap: it needs no flag of the JVM. For one thread.
 */
public final class Sketches {

  /** The longest any of them gets; what the columns take. */
  static final int MOST_BYTES = 6000;

  private static final int LG_K = 11;
  private static final int K = 200;

  private final HllUnion reusers = new HllUnion(LG_K);
  private final HllUnion callers = new HllUnion(LG_K);
  private final HllUnion anonymous = new HllUnion(LG_K);
  private final KllFloatsSketch latency = KllFloatsSketch.newHeapInstance(K);
  private final KllFloatsSketch size = KllFloatsSketch.newHeapInstance(K);

  /**
   * The median, and what 95 and 99 of a hundred stay within.
   *
   * @param p50 half of them are not above
   * @param p95 95 % are not above
   * @param p99 99 % are not above
   */
  public record Quantiles(long p50, long p95, long p99) {}

  /** Sketches of nothing. */
  public Sketches() {}

  /**
   * Adds what stands in columns.
   *
   * @param reusers absent where it was not read, as are the others
   */
  public void merge(
      byte @Nullable [] reusers,
      byte @Nullable [] callers,
      byte @Nullable [] anonymous,
      byte @Nullable [] latency,
      byte @Nullable [] size) {
    merge(this.reusers, reusers);
    merge(this.callers, callers);
    merge(this.anonymous, anonymous);
    merge(this.latency, latency);
    merge(this.size, size);
  }

  private static void merge(HllUnion into, byte @Nullable [] bytes) {
    if (bytes != null) {
      into.update(HllSketch.heapify(bytes));
    }
  }

  private static void merge(KllFloatsSketch into, byte @Nullable [] bytes) {
    if (bytes != null) {
      into.merge(KllFloatsSketch.heapify(MemorySegment.ofArray(bytes)));
    }
  }

  /** Adds others. */
  public void merge(Sketches more) {
    merge(reusers, more.reusers);
    merge(callers, more.callers);
    merge(anonymous, more.anonymous);
    merge(latency, more.latency);
    merge(size, more.size);
  }

  private static void merge(HllUnion into, HllUnion more) {
    if (!more.isEmpty()) {
      into.update(more.getResult(TgtHllType.HLL_8));
    }
  }

  private static void merge(KllFloatsSketch into, KllFloatsSketch more) {
    if (!more.isEmpty()) {
      into.merge(more);
    }
  }

  /** Somebody of this reuser's came. */
  void reuser(String reuser) {
    reusers.update(reuser);
  }

  /** A caller came. */
  void caller(long caller) {
    callers.update(caller);
  }

  /** The callers so far came for no reuser. */
  void callersAreAnonymous() {
    merge(anonymous, callers);
  }

  /** An answer was served. */
  void latencyMicros(long micros) {
    latency.update((float) micros);
  }

  /** Content went out. */
  void answerBytes(long bytes) {
    size.update((float) bytes);
  }

  /** How many reusers. */
  public long uniqueReusers() {
    return Math.round(reusers.getEstimate());
  }

  /** How many callers; over several days how many caller-days. */
  public long uniqueCallers() {
    return Math.round(callers.getEstimate());
  }

  /** How many callers that came for no reuser; over several days how many caller-days. */
  public long uniqueAnonymousCallers() {
    return Math.round(anonymous.getEstimate());
  }

  /** How long answers that were served took, in microseconds. */
  public Optional<Quantiles> latencyMicros() {
    return quantiles(latency);
  }

  /** How large answers with content were, in bytes. */
  public Optional<Quantiles> answerBytes() {
    return quantiles(size);
  }

  private static Optional<Quantiles> quantiles(KllFloatsSketch sketch) {
    if (sketch.isEmpty()) {
      return Optional.empty();
    }
    float[] found =
        sketch.getQuantiles(new double[] {0.5, 0.95, 0.99}, QuantileSearchCriteria.INCLUSIVE);
    return Optional.of(new Quantiles((long) found[0], (long) found[1], (long) found[2]));
  }

  /** The five columns, in the order of {@link #merge(byte[], byte[], byte[], byte[], byte[])}. */
  byte[][] columns() {
    return new byte[][] {
      bytes(reusers), bytes(callers), bytes(anonymous), latency.toByteArray(), size.toByteArray()
    };
  }

  private static byte[] bytes(HllUnion union) {
    return union.getResult(TgtHllType.HLL_8).toCompactByteArray();
  }
}
