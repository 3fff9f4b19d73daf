package org.octroi.desk;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.FormatStyle;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.octroi.identity.Passkey;

/**
 * A passkey in the table of its owner's. Times are in UTC and say so.
 *
 * @param used nothing where it was never signed in with
 */
record PasskeyRow(String id, String name, String made, @Nullable String used) {

  static List<PasskeyRow> of(List<Passkey> passkeys, Locale locale) {
    return passkeys.stream()
        .map(
            passkey ->
                new PasskeyRow(
                    passkey.id().toString(),
                    passkey.name(),
                    said(passkey.madeAt(), locale),
                    passkey.usedAt().map(at -> said(at, locale)).orElse(null)))
        .toList();
  }

  private static String said(Instant at, Locale locale) {
    return DateTimeFormatter.ofLocalizedDateTime(FormatStyle.LONG, FormatStyle.SHORT)
            .withLocale(locale)
            .withZone(ZoneOffset.UTC)
            .format(at)
        + " UTC";
  }
}
