package org.octroi.licence;

import java.util.Locale;
import java.util.Optional;
import org.octroi.vocabulary.Sha256;

/**
 * The texts of a licence version, at least one.
 *
 * @param fr in French
 * @param en in English
 * @param authoritative the language of the text that binds, {@code fr} or {@code en}
 */
public record LicenceTexts(Optional<String> fr, Optional<String> en, String authoritative) {

  /**
   * @throws IllegalArgumentException when there is no text in the authoritative language
   */
  public LicenceTexts {
    if ((authoritative.equals("fr") ? fr : en).isEmpty()) {
      throw new IllegalArgumentException("there is no text in " + authoritative);
    }
  }

  /** The text that binds. */
  public String binding() {
    return in(authoritative).orElseThrow();
  }

  /** The language to show a reader: theirs where there is such a text, else the binding one. */
  public String languageFor(Locale reader) {
    String wanted = reader.getLanguage().equals("fr") ? "fr" : "en";
    return in(wanted).isPresent() ? wanted : authoritative;
  }

  /** The text in a language, if there is one. */
  public Optional<String> in(String language) {
    return language.equals("fr") ? fr : en;
  }

  /** SHA-256 over the UTF-8 bytes of the binding text, in hex. */
  public String sha256() {
    return Sha256.hex(binding());
  }
}
