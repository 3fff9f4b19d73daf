package org.octroi.problem;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/**
 * Says a {@link Refusal} to the one who asked, as a problem of RFC 9457, in French or English. Both
 * doors say it in the same words. Safe for use by many threads.
 */
@Component
public final class Problems {

  /** The media type of a problem (RFC 9457 §3). */
  public static final String MEDIA_TYPE = "application/problem+json";

  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** A header longer than this is not read for languages. */
  private static final int ACCEPT_LANGUAGE_LIMIT = 500;

  private final PublicAddresses addresses;

  public Problems(PublicAddresses addresses) {
    this.addresses = addresses;
  }

  /**
   * The language to answer in: the one the reader likes better of French and English, English where
   * they say nothing that can be read (RFC 9110 §12.5.4).
   *
   * @param acceptLanguage the header's value, if it was sent
   */
  public static Locale language(@Nullable String acceptLanguage) {
    if (acceptLanguage == null || acceptLanguage.length() > ACCEPT_LANGUAGE_LIMIT) {
      return Locale.ENGLISH;
    }
    try {
      for (Locale.LanguageRange range : Locale.LanguageRange.parse(acceptLanguage)) {
        String asked = range.getRange();
        if (range.getWeight() == 0) {
          continue;
        }
        if (asked.equals("fr") || asked.startsWith("fr-")) {
          return Locale.FRENCH;
        }
        if (asked.equals("en") || asked.startsWith("en-") || asked.startsWith("*")) {
          return Locale.ENGLISH;
        }
      }
    } catch (IllegalArgumentException unreadable) {
      return Locale.ENGLISH;
    }
    return Locale.ENGLISH;
  }

  /**
   * The problem as a map, its members in the order in which people read them.
   *
   * @param instance the request's id
   */
  public Map<String, Object> body(Refusal refusal, Locale locale, String instance) {
    ProblemType type = refusal.type();
    Sentences sentences = Sentences.in(locale);
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("type", addresses.problem(type));
    body.put("title", sentences.title(type));
    body.put("status", type.status());
    body.put("detail", sentences.detail(refusal));
    body.put("instance", instance);
    body.put("next", sentences.next(type));
    new TreeMap<>(refusal.members()).forEach(body::putIfAbsent);
    return body;
  }

  /** The problem as JSON in UTF-8. */
  public byte[] bytes(Refusal refusal, Locale locale, String instance) {
    return JSON.writeValueAsBytes(body(refusal, locale, instance));
  }

  /** What the page of a problem says, by the last segment of its type; empty where it has none. */
  public Optional<ProblemPage> page(String word, Locale locale) {
    for (ProblemType type : ProblemType.values()) {
      if (type.word().equals(word)) {
        return Optional.of(page(type, locale));
      }
    }
    return Optional.empty();
  }

  /** What the page of a problem says. */
  public ProblemPage page(ProblemType type, Locale locale) {
    Sentences sentences = Sentences.in(locale);
    return new ProblemPage(
        type, sentences.title(type), sentences.detail(type), sentences.next(type));
  }
}
