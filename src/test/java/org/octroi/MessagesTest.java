package org.octroi;

import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.MessageFormat;
import java.util.Locale;
import java.util.Properties;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every sentence that the program says exists in both languages. */
class MessagesTest {

  private static final Path RESOURCES = Path.of("src/main/resources");
  private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\d");
  private static final Pattern LONE_APOSTROPHE = Pattern.compile("(?<!')'(?!')");

  static Stream<Path> frenchFiles() throws IOException {
    return filesEndingIn("_fr.properties");
  }

  @Test
  void no_file_is_in_one_language_only() throws IOException {
    assertThat(filesEndingIn("_en.properties").map(MessagesTest::french))
        .containsExactlyInAnyOrderElementsOf(frenchFiles().toList());
  }

  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("frenchFiles")
  void french_and_english_say_the_same_things(Path french) throws IOException {
    assertThat(read(french).stringPropertyNames())
        .containsExactlyInAnyOrderElementsOf(read(english(french)).stringPropertyNames());
  }

  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("frenchFiles")
  void french_and_english_speak_of_the_same_arguments(Path french) throws IOException {
    Properties said = read(french);
    Properties meant = read(english(french));
    SoftAssertions both = new SoftAssertions();
    for (String key : said.stringPropertyNames()) {
      both.assertThat(placeholders(said.getProperty(key)))
          .as(key)
          .isEqualTo(placeholders(meant.getProperty(key, "")));
    }
    both.assertAll();
  }

  /**
   * Of the files that Spring's message source reads, which is set to take every sentence as a
   * {@code java.text.MessageFormat}; the refusals' own reader takes sentences as they stand.
   */
  @Test
  void an_apostrophe_on_a_page_is_doubled_since_a_single_one_quotes() throws IOException {
    SoftAssertions all = new SoftAssertions();
    for (String language : new String[] {"fr", "en"}) {
      for (Path file : filesEndingIn("messages_" + language + ".properties").toList()) {
        Properties messages = read(file);
        for (String key : messages.stringPropertyNames()) {
          all.assertThat(messages.getProperty(key))
              .as("%s in %s", key, file)
              .doesNotContainPattern(LONE_APOSTROPHE);
        }
      }
    }
    all.assertAll();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "fr | 0 | 0 | Derrière cette porte : aucun territoire et aucun jeu de données.",
        "fr | 0 | 1 | Derrière cette porte : un territoire et aucun jeu de données.",
        "fr | 1 | 1 | Derrière cette porte : un territoire et un jeu de données.",
        "fr | 0 | 2 | Derrière cette porte : 2 territoires et aucun jeu de données.",
        "fr | 15 | 2 | Derrière cette porte : 2 territoires et 15 jeux de données.",
        "en | 0 | 2 | Behind this gate: 2 territories and no dataset.",
        "en | 1 | 1 | Behind this gate: one territory and one dataset.",
        "en | 15 | 2 | Behind this gate: 2 territories and 15 datasets."
      })
  void the_front_page_counts_as_people_do(
      String language, int datasets, int territories, String said) throws IOException {
    String sentence =
        read(RESOURCES.resolve("messages_" + language + ".properties")).getProperty("front.answer");

    assertThat(
            new MessageFormat(sentence, Locale.of(language))
                .format(new Object[] {datasets, territories}))
        .isEqualTo(said);
  }

  private static SortedSet<String> placeholders(String message) {
    return PLACEHOLDER
        .matcher(message)
        .results()
        .map(MatchResult::group)
        .collect(toCollection(TreeSet::new));
  }

  private static Stream<Path> filesEndingIn(String end) throws IOException {
    try (Stream<Path> files = Files.walk(RESOURCES)) {
      return files.filter(file -> file.toString().endsWith(end)).sorted().toList().stream();
    }
  }

  private static Path english(Path french) {
    return Path.of(french.toString().replace("_fr.properties", "_en.properties"));
  }

  private static Path french(Path english) {
    return Path.of(english.toString().replace("_en.properties", "_fr.properties"));
  }

  private static Properties read(Path file) throws IOException {
    Properties properties = new Properties();
    try (var reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    }
    return properties;
  }
}
