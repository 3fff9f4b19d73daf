package org.octroi.gate;

import io.netty.handler.codec.http.HttpHeaders;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.octroi.gate.http.PreparedFields;

/**
 * The fields that every answer of one shape carries, made once for each language. Safe for use by
 * many threads: two may make the same at the same time.
 */
final class Dressings {

  private volatile @Nullable PreparedFields english;
  private volatile @Nullable PreparedFields french;

  /** An answer's fields that begin with them; the maker makes them where they are needed first. */
  HttpHeaders in(Locale language, Function<Locale, PreparedFields> maker) {
    boolean inFrench = language.getLanguage().equals("fr");
    @Nullable PreparedFields made = inFrench ? french : english;
    if (made == null) {
      made = maker.apply(language);
      if (inFrench) {
        french = made;
      } else {
        english = made;
      }
    }
    return made.with();
  }
}
