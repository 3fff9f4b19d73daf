package org.octroi.problem;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.text.MessageFormat;
import java.util.Locale;
import java.util.Objects;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * The sentences of every refusal in one language, read once from {@code
 * problem/problems_<language>.properties}. Immutable.
 */
final class Sentences {

  static final Sentences FRENCH = read(Locale.FRENCH);
  static final Sentences ENGLISH = read(Locale.ENGLISH);

  private final Locale locale;
  private final Properties texts;

  private Sentences(Locale locale, Properties texts) {
    this.locale = locale;
    this.texts = texts;
  }

  static Sentences in(Locale locale) {
    return "fr".equals(locale.getLanguage()) ? FRENCH : ENGLISH;
  }

  String title(ProblemType type) {
    return text(type.word() + ".title");
  }

  String next(ProblemType type) {
    return text(type.word() + ".next");
  }

  String detail(ProblemType type) {
    return text(type.word() + ".detail");
  }

  /** The sentence for this very case; the general one where the refusal says too little for it. */
  String detail(Refusal refusal) {
    @Nullable String precisely = texts.getProperty(refusal.type().word() + ".precisely");
    if (precisely == null) {
      return detail(refusal.type());
    }
    MessageFormat pattern = new MessageFormat(precisely, locale);
    return pattern.getFormatsByArgumentIndex().length > refusal.arguments().size()
        ? detail(refusal.type())
        : pattern.format(refusal.arguments().stream().map(this::said).toArray());
  }

  /** Every key, for the test that holds the languages against each other. */
  Properties texts() {
    return texts;
  }

  /** Numbers are written as the language writes them, known words are translated. */
  private Object said(Object argument) {
    return argument instanceof Number
        ? argument
        : texts.getProperty("value." + argument, argument.toString());
  }

  private String text(String key) {
    return Objects.requireNonNull(texts.getProperty(key), key);
  }

  private static Sentences read(Locale locale) {
    String resource = "/problem/problems_" + locale.getLanguage() + ".properties";
    try (InputStream file =
            Objects.requireNonNull(Sentences.class.getResourceAsStream(resource), resource);
        Reader text = new InputStreamReader(file, StandardCharsets.UTF_8)) {
      Properties texts = new Properties();
      texts.load(text);
      return new Sentences(locale, texts);
    } catch (IOException e) {
      throw new UncheckedIOException("The sentences in " + resource + " can't be read", e);
    }
  }
}
