package org.octroi.problem;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ProblemsTest {

  private final Problems problems =
      new Problems(
          new PublicAddresses(
              new PublicAddresses.Desk("https://desk.example/"),
              new PublicAddresses.Gate("https://gate.example")));

  @ParameterizedTest
  @EnumSource(ProblemType.class)
  void every_refusal_has_its_sentences_in_both_languages(ProblemType type) {
    for (Sentences language : List.of(Sentences.FRENCH, Sentences.ENGLISH)) {
      for (String part : List.of("title", "detail", "next")) {
        assertThat(language.texts().getProperty(type.word() + "." + part))
            .as(type.word() + "." + part)
            .isNotBlank()
            .doesNotContain("{");
      }
    }
  }

  @Test
  void both_languages_have_the_same_keys_and_placeholders() {
    Set<String> keys = Sentences.ENGLISH.texts().stringPropertyNames();
    assertThat(Sentences.FRENCH.texts().stringPropertyNames()).isEqualTo(keys);
    for (String key : keys) {
      assertThat(placeholders(Sentences.FRENCH, key))
          .as(key)
          .isEqualTo(placeholders(Sentences.ENGLISH, key));
    }
  }

  @Test
  void no_sentence_is_left_over_from_a_refusal_that_is_gone() {
    Set<String> words = new TreeSet<>(Comparator.naturalOrder());
    for (ProblemType type : ProblemType.values()) {
      words.add(type.word());
    }
    words.add("value");
    assertThat(Sentences.ENGLISH.texts().stringPropertyNames())
        .allSatisfy(key -> assertThat(words).contains(key.substring(0, key.indexOf('.'))));
  }

  @Test
  void a_problem_says_what_happened_and_what_to_do_next_in_the_readers_language() {
    var body =
        problems.body(
            Refusal.of(ProblemType.QUOTA_EXCEEDED, "rows", 60).with("retry_after", 60L),
            Locale.FRENCH,
            "request-1");

    assertThat(body)
        .containsEntry("type", "https://desk.example/problems/quota-exceeded")
        .containsEntry("title", "Le quota est épuisé")
        .containsEntry("status", 429)
        .containsEntry("instance", "request-1")
        .containsEntry("retry_after", 60L)
        .containsEntry(
            "detail",
            "Le nombre de lignes que votre niveau permet sur cette période est atteint ; elle"
                + " recommence dans 60 secondes.");
    assertThat(body.get("next")).asString().startsWith("Attendez");
  }

  @Test
  void a_refusal_that_says_too_little_gets_the_general_sentence() {
    assertThat(problems.body(Refusal.of(ProblemType.QUOTA_EXCEEDED, "rows"), Locale.ENGLISH, "1"))
        .containsEntry("detail", "All that your tier allows in this period has been used.");
  }

  @Test
  void a_member_can_not_replace_what_every_problem_says() {
    assertThat(
            problems.body(
                Refusal.of(ProblemType.CONFLICT).with("status", 200), Locale.ENGLISH, "1"))
        .containsEntry("status", 409);
  }

  @Test
  void the_fields_that_are_wrong_are_listed() {
    assertThat(
            new String(
                problems.bytes(
                    Refusal.field("/name", "must not be empty"), Locale.ENGLISH, "request-1"),
                java.nio.charset.StandardCharsets.UTF_8))
        .contains("\"errors\":[{\"pointer\":\"/name\",\"detail\":\"must not be empty\"}]");
  }

  @Test
  void a_page_is_found_by_its_word() {
    assertThat(problems.page("tier-forbids", Locale.ENGLISH))
        .map(ProblemPage::type)
        .contains(ProblemType.TIER_FORBIDS);
    assertThat(problems.page("nonsense", Locale.ENGLISH)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      delimiter = '|',
      value = {
        "-|en",
        "fr|fr",
        "fr-CA, en;q=0.5|fr",
        "de, fr;q=0.8, en;q=0.7|fr",
        "en;q=0.3, fr;q=0.2|en",
        "fr;q=0, en|en",
        "*|en",
        "de|en",
        ";;;q=x|en",
      })
  void the_language_is_the_one_that_the_reader_likes_better(String header, String language) {
    assertThat(Problems.language(header).getLanguage()).isEqualTo(language);
  }

  private static List<String> placeholders(Sentences sentences, String key) {
    return Pattern.compile("\\{\\d}")
        .matcher(sentences.texts().getProperty(key))
        .results()
        .map(MatchResult::group)
        .sorted()
        .toList();
  }
}
