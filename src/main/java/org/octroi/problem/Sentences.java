package org.octroi.problem;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The sentences of every refusal in one language, read once from {@code
 * problem/problems_<language>.properties}. Immutable.
 */
final class Sentences {

  private static final Pattern PLACEHOLDER = Pattern.compile("\\{(\\d)}");

  static final Sentences FRENCH = read("fr");
  static final Sentences ENGLISH = read("en");

  private final Properties texts;

  private Sentences(Properties texts) {
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
    List<Object> arguments = refusal.arguments();
    StringBuilder filled = new StringBuilder();
    Matcher placeholder = PLACEHOLDER.matcher(precisely);
    while (placeholder.find()) {
      int index = Integer.parseInt(placeholder.group(1));
      if (index >= arguments.size()) {
        return detail(refusal.type());
      }
      placeholder.appendReplacement(filled, Matcher.quoteReplacement(said(arguments.get(index))));
    }
    return placeholder.appendTail(filled).toString();
  }

  /** Every key, for the test that holds the languages against each other. */
  Properties texts() {
    return texts;
  }

  private String said(Object argument) {
    String plain = argument.toString();
    return texts.getProperty("value." + plain, plain);
  }

  private String text(String key) {
    return Objects.requireNonNull(texts.getProperty(key), key);
  }

  private static Sentences read(String language) {
    String resource = "/problem/problems_" + language + ".properties";
    try (InputStream file =
            Objects.requireNonNull(Sentences.class.getResourceAsStream(resource), resource);
        Reader text = new InputStreamReader(file, StandardCharsets.UTF_8)) {
      Properties texts = new Properties();
      texts.load(text);
      return new Sentences(texts);
    } catch (IOException e) {
      throw new UncheckedIOException("The sentences in " + resource + " can't be read", e);
    }
  }
}
