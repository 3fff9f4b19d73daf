package org.octroi.gate.http;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/** Times as HTTP writes them (RFC 9110 §5.6.7). */
public final class HttpDate {

  private static final DateTimeFormatter FORM =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private static final int REMEMBERED = 64;

  /** What was written lately; two threads may write the same at the same time. */
  private static final AtomicReferenceArray<@Nullable Second> WRITTEN =
      new AtomicReferenceArray<>(REMEMBERED);

  private HttpDate() {}

  private record Second(long epoch, String text) {}

  /** A time, to the second. */
  public static String of(Instant time) {
    return of(time.getEpochSecond());
  }

  /** The time now. */
  static String now() {
    return of(System.currentTimeMillis() / 1000);
  }

  private static String of(long epoch) {
    int slot = (int) Math.floorMod(epoch, (long) REMEMBERED);
    @Nullable Second known = WRITTEN.get(slot);
    if (known == null || known.epoch != epoch) {
      known = new Second(epoch, FORM.format(Instant.ofEpochSecond(epoch)));
      WRITTEN.set(slot, known);
    }
    return known.text;
  }
}
