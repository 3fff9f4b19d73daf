package org.octroi.gate.http;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.octroi.vocabulary.Lately;

/** Times as HTTP writes them (RFC 9110 §5.6.7). */
public final class HttpDate {

  private static final DateTimeFormatter FORM =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private static final Lately<Long, String> WRITTEN =
      new Lately<>(epoch -> FORM.format(Instant.ofEpochSecond(epoch)));

  private HttpDate() {}

  /** A time, to the second. */
  public static String of(Instant time) {
    return WRITTEN.of(time.getEpochSecond());
  }

  /** The time now. */
  static String now() {
    return WRITTEN.of(System.currentTimeMillis() / 1000);
  }
}
