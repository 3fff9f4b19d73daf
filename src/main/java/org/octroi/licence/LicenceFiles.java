package org.octroi.licence;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.springframework.core.io.ClassPathResource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.json.JsonMapper;

/** The files in {@code licence/} that come with Octroi: what is known of licences, as data. */
final class LicenceFiles {

  /** A word that nobody reads is a mistake: YAML takes some for truth values. */
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
          .build();

  private static final String FOLDER = "licence/";

  private LicenceFiles() {}

  /**
   * The entries of a YAML file that is a list, by name and in its order.
   *
   * @throws IllegalStateException when two have the same name
   */
  static <T> Map<String, T> entries(String file, Class<T> kind, Function<T, String> name) {
    List<Object> read = new Yaml(new SafeConstructor(new LoaderOptions())).load(text(file));
    Map<String, T> entries = new LinkedHashMap<>();
    for (Object one : read) {
      T entry = JSON.convertValue(one, kind);
      if (entries.put(name.apply(entry), entry) != null) {
        throw new IllegalStateException(file + " has two entries named " + name.apply(entry));
      }
    }
    return Collections.unmodifiableMap(entries);
  }

  /** A file, as it is. */
  static String text(String file) {
    try (InputStream bytes = new ClassPathResource(FOLDER + file).getInputStream()) {
      return new String(bytes.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("The file " + FOLDER + file + " can't be read", e);
    }
  }
}
