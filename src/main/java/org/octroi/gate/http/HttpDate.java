package org.octroi.gate.http;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Times as HTTP writes them (RFC 9110 §5.6.7). */
public final class HttpDate {

  private static final DateTimeFormatter FORM =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private static volatile Second latest = new Second(0, "");

  private HttpDate() {}

  private record Second(long epoch, String text) {}

  /** A time, to the second. */
  public static String of(Instant time) {
    return FORM.format(time);
  }

  /** The time now; written once a second, not once an answer. */
  static String now() {
    long epoch = System.currentTimeMillis() / 1000;
    Second known = latest;
    if (known.epoch != epoch) {
      known = new Second(epoch, of(Instant.ofEpochSecond(epoch)));
      latest = known;
    }
    return known.text;
  }
}
