package org.octroi;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toCollection;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.octroi.problem.ProblemType;
import org.octroi.testing.GeneratedPage;

/**
 * Whoever refuses says so: the {@code @refuses} tags of a class and the refusals that it makes are
 * the same, and the page of the refusals is written from the tags.
 */
class RefusalsDocTest {

  private static final Path SOURCES = Path.of("src/main/java");
  private static final Path SENTENCES =
      Path.of("src/main/resources/problem/problems_en.properties");

  private static final Pattern JAVADOC = Pattern.compile("/\\*\\*.*?\\*/", Pattern.DOTALL);
  private static final Pattern TAG =
      Pattern.compile(
          "@refuses ([a-z-]+) (.*?)(?=\\n\\s*\\* @|\\n\\s*\\*\\s*\\n|\\*/)", Pattern.DOTALL);
  private static final Pattern TYPE = Pattern.compile("ProblemType\\.([A-Z][A-Z_]+)\\b");
  private static final Pattern FIELD_REFUSAL = Pattern.compile("Refusal\\.fields?\\(");
  private static final Pattern CLASS_NAME = Pattern.compile("\\b[A-Z]\\w+\\b");

  /** One tag: which refusal, and when. */
  private record Refuses(String word, String when) {}

  /** One source file: what its tags say, what its code makes, and the classes that it speaks of. */
  private record Source(
      String name, String room, List<Refuses> tags, Set<String> made, Set<String> speaksOf) {

    Set<String> words() {
      return tags.stream().map(Refuses::word).collect(toCollection(TreeSet::new));
    }
  }

  @Test
  void every_tag_names_a_refusal_of_the_catalogue() throws IOException {
    Set<String> catalogue =
        Stream.of(ProblemType.values()).map(ProblemType::word).collect(toCollection(TreeSet::new));
    SoftAssertions all = new SoftAssertions();
    for (Source source : tagged()) {
      all.assertThat(catalogue).as(source.name).containsAll(source.words());
    }
    all.assertAll();
  }

  @Test
  void a_class_that_says_what_it_refuses_says_all_of_it() throws IOException {
    SoftAssertions all = new SoftAssertions();
    for (Source source : tagged()) {
      all.assertThat(source.words())
          .as("the @refuses tags of %s", source.name)
          .containsAll(source.made);
    }
    all.assertAll();
  }

  /** By itself, or through a class that it calls and that says the same of itself. */
  @Test
  void a_class_refuses_nothing_but_what_it_makes() throws IOException {
    Map<String, Source> byName = new TreeMap<>();
    tagged().forEach(source -> byName.put(source.name, source));
    SoftAssertions all = new SoftAssertions();
    for (Source source : byName.values()) {
      Set<String> made = new TreeSet<>(source.made);
      byName.values().stream()
          .filter(other -> source.speaksOf.contains(other.name))
          .forEach(other -> made.addAll(other.words()));
      all.assertThat(made).as("what %s makes", source.name).containsAll(source.words());
    }
    all.assertAll();
  }

  @Test
  void the_page_of_the_refusals_is_written_from_the_tags() throws IOException {
    GeneratedPage.at("docs/refusals.md").says(page());
  }

  private static String page() throws IOException {
    Properties sentences = new Properties();
    if (Files.exists(SENTENCES)) {
      try (var reader = Files.newBufferedReader(SENTENCES)) {
        sentences.load(reader);
      }
    }
    List<Source> tagged = tagged();
    StringBuilder page = new StringBuilder();
    page.append(
        """
        # Refusals

        Written from the code by `RefusalsDocTest`: the sentences from the catalogue, the occasions from the `@refuses` tags
        of the classes that refuse.

        Every refusal is an RFC 9457 problem (`application/problem+json`). Its `type` ends in the word below and never
        changes; its sentences come in French or English, by `Accept-Language`.
        """);
    for (ProblemType type : ProblemType.values()) {
      String word = type.word();
      page.append("\n## `%s` (%d)\n".formatted(word, type.status()));
      Stream.of("title", "detail", "next")
          .map(part -> sentences.getProperty(word + "." + part, ""))
          .filter(sentence -> !sentence.isBlank())
          .forEach(sentence -> page.append("\n%s\n".formatted(sentence)));
      String occasions =
          tagged.stream()
              .flatMap(
                  source ->
                      source.tags.stream()
                          .filter(tag -> tag.word.equals(word))
                          .map(
                              tag ->
                                  "- `%s.%s`: %s\n".formatted(source.room, source.name, tag.when)))
              .distinct()
              .collect(joining());
      if (!occasions.isEmpty()) {
        page.append("\n").append(occasions);
      }
    }
    return page.toString();
  }

  private static List<Source> tagged() throws IOException {
    try (Stream<Path> files = Files.walk(SOURCES)) {
      return files
          .filter(file -> file.toString().endsWith(".java"))
          .sorted()
          .map(RefusalsDocTest::read)
          .filter(source -> !source.tags.isEmpty())
          .toList();
    }
  }

  private static Source read(Path file) {
    try {
      String text = Files.readString(file);
      String docs = JAVADOC.matcher(text).results().map(r -> r.group()).collect(joining("\n"));
      String code = JAVADOC.matcher(text).replaceAll("");
      Set<String> made =
          TYPE.matcher(code)
              .results()
              .map(constant -> ProblemType.valueOf(constant.group(1)).word())
              .collect(toCollection(TreeSet::new));
      if (FIELD_REFUSAL.matcher(code).find()) {
        made.add(ProblemType.INVALID_FIELD.word());
      }
      return new Source(
          file.getFileName().toString().replace(".java", ""),
          SOURCES.resolve("org/octroi").relativize(file.getParent()).toString().replace('/', '.'),
          TAG.matcher(docs)
              .results()
              .map(tag -> new Refuses(tag.group(1), plain(tag.group(2))))
              .toList(),
          made,
          CLASS_NAME
              .matcher(code)
              .results()
              .map(r -> r.group())
              .collect(toCollection(TreeSet::new)));
    } catch (IOException e) {
      throw new IllegalStateException("can't read " + file, e);
    }
  }

  private static String plain(String javadoc) {
    return javadoc
        .replaceAll("\\n\\s*\\*\\s?", " ")
        .replaceAll("\\{@(?:code|link) #?([^}]*)}", "`$1`")
        .replaceAll("\\s+", " ")
        .strip();
  }
}
