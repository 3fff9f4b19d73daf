package org.octroi.identity;

import java.util.Locale;
import org.octroi.vocabulary.Bilingual;

/** A language that people are told things in. */
enum Language {
  FR(Locale.FRENCH),
  EN(Locale.ENGLISH);

  private final Locale locale;

  Language(Locale locale) {
    this.locale = locale;
  }

  /** The word as it stands in tables and APIs. */
  String word() {
    return locale.getLanguage();
  }

  static Language of(String word) {
    return word.equals(FR.word()) ? FR : EN;
  }

  static Language of(Locale locale) {
    return of(locale.getLanguage());
  }

  String of(Bilingual text) {
    return text.in(locale);
  }
}
