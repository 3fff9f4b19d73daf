package org.octroi;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.octroi.testing.GeneratedPage;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.io.FileSystemResource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Keeps the page of the settings true to the records that read them. */
class ConfigurationDocTest {

  private static final Path RESOURCES = Path.of("src/main/resources");
  private static final Pattern REFERENCE = Pattern.compile("\\$\\{(octroi\\.[\\w.-]+)");

  /**
   * One setting of Octroi's own.
   *
   * @param type as a reader would say it, without packages
   * @param fallback what holds when nobody says anything; empty when there is nothing
   */
  private record Setting(String name, String type, String fallback, String what) {}

  @Test
  void the_page_of_the_settings_says_what_the_records_read() throws Exception {
    GeneratedPage.at("docs/configuration.md").says(page());
  }

  @Test
  void every_setting_says_what_it_is_for() throws Exception {
    assertThat(settings()).filteredOn(setting -> setting.what.isBlank()).isEmpty();
  }

  @Test
  void the_files_that_we_ship_set_nothing_that_nobody_reads() throws Exception {
    List<String> read = settings().map(Setting::name).toList();

    assertThat(
            Stream.of("application.yml", "application-mysql.yml")
                .flatMap(ConfigurationDocTest::ownKeysOf))
        .allSatisfy(
            key ->
                assertThat(read)
                    .as("the setting that %s belongs to", key)
                    .anyMatch(name -> key.equals(name) || key.startsWith(name + ".")));
  }

  /** The settings of Octroi's own that a file sets, and those that its values refer to. */
  private static Stream<String> ownKeysOf(String file) {
    Map<String, String> shipped = shipped(file);
    return Stream.concat(
        shipped.keySet().stream().filter(key -> key.startsWith("octroi.")),
        shipped.values().stream()
            .flatMap(value -> REFERENCE.matcher(value).results())
            .map(reference -> reference.group(1)));
  }

  private static String page() throws Exception {
    Map<String, String> shipped = shipped("application.yml");
    Map<String, String> onMysql = shipped("application-mysql.yml");
    StringBuilder page = new StringBuilder();
    page.append(
        """
        # Settings

        Written from the code by `ConfigurationDocTest`.

        Settings are Spring Boot's: on the command line (`--octroi.data-folder=/var/lib/octroi`), in the environment
        (`OCTROI_DATAFOLDER=/var/lib/octroi`), or in an `application.yml` beside the jar. What can't be used stops the start
        with a sentence that names the setting. Durations are written `200ms`, `30s`, `5m`; sizes `64KB`, `1MB`.

        ## Octroi's own

        | setting | type | default | what it is for |
        | --- | --- | --- | --- |
        """);
    settings()
        .forEach(
            setting ->
                page.append(
                    "| `%s` | %s | %s | %s |\n"
                        .formatted(
                            setting.name,
                            setting.type,
                            fallback(
                                shipped.getOrDefault(setting.name, setting.fallback),
                                onMysql.get(setting.name)),
                            setting.what)));
    page.append(
        """

        ## Spring Boot's, as Octroi ships them

        All of Spring Boot's own settings may be given too; these are the ones that Octroi sets to something else.

        | setting | as shipped |
        | --- | --- |
        """);
    var all = new TreeMap<>(shipped);
    onMysql.forEach(all::putIfAbsent);
    all.keySet().stream()
        .filter(key -> !key.startsWith("octroi."))
        .forEach(
            key ->
                page.append(
                    "| `%s` | %s |\n"
                        .formatted(
                            key, fallback(shipped.getOrDefault(key, ""), onMysql.get(key)))));
    return page.toString();
  }

  private static String fallback(String usual, @Nullable String onMysql) {
    String words = usual.isEmpty() ? "" : "`%s`".formatted(usual);
    return onMysql == null
        ? words
        : (words.isEmpty() ? "" : words + "; ")
            + "with the profile `mysql`: `%s`".formatted(onMysql);
  }

  private static Stream<Setting> settings() throws IOException, URISyntaxException {
    Path classes =
        Path.of(Octroi.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    JsonNode metadata =
        JsonMapper.shared()
            .readTree(classes.resolve("META-INF/spring-configuration-metadata.json").toFile());
    return StreamSupport.stream(metadata.get("properties").spliterator(), false)
        .filter(property -> property.get("name").asString().startsWith("octroi."))
        .map(
            property ->
                new Setting(
                    property.get("name").asString(),
                    simple(property.path("type").asString("")),
                    text(property.path("defaultValue")),
                    property.path("description").asString("").replaceAll("\\s+", " ")))
        .sorted(Comparator.comparing(Setting::name));
  }

  private static String text(JsonNode value) {
    return value.isArray()
        ? StreamSupport.stream(value.spliterator(), false)
            .map(JsonNode::asString)
            .collect(joining(", "))
        : value.isMissingNode() ? "" : value.asString();
  }

  /** {@code java.util.List<java.lang.String>} is a list of String to a reader. */
  private static String simple(String type) {
    return type.replaceAll("[\\w.]+[.$](\\w+)", "$1").replace('<', ' ').replace(">", "");
  }

  private static Map<String, String> shipped(String file) {
    try {
      Map<String, String> values = new TreeMap<>();
      for (PropertySource<?> source :
          new YamlPropertySourceLoader()
              .load(file, new FileSystemResource(RESOURCES.resolve(file)))) {
        var document = (EnumerablePropertySource<?>) source;
        for (String key : document.getPropertyNames()) {
          values.put(key, String.valueOf(document.getProperty(key)));
        }
      }
      return values;
    } catch (IOException e) {
      throw new IllegalStateException("can't read " + file, e);
    }
  }
}
