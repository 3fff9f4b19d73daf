package org.octroi.gate;

import io.netty.handler.codec.http.HttpHeaders;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The fields that every answer of one shape carries, made once for each language. Safe for use by
 * many threads: two may make the same at the same time.
 */
final class Dressings {

  private volatile @Nullable HttpHeaders english;
  private volatile @Nullable HttpHeaders french;

  /** A fresh copy of them, made with the maker where they are needed first. */
  HttpHeaders in(Locale language, Function<Locale, HttpHeaders> maker) {
    boolean inFrench = language.getLanguage().equals("fr");
    @Nullable HttpHeaders made = inFrench ? french : english;
    if (made == null) {
      made = maker.apply(language);
      if (inFrench) {
        french = made;
      } else {
        english = made;
      }
    }
    return made.copy();
  }
}
