package org.octroi.vocabulary;

import java.util.Locale;

/**
 * A text in both languages of the desk.
 *
 * @param fr French
 * @param en English
 */
public record Bilingual(String fr, String en) {

  /** The text for a reader: French where they read French, English otherwise. */
  public String in(Locale locale) {
    return "fr".equals(locale.getLanguage()) ? fr : en;
  }
}
