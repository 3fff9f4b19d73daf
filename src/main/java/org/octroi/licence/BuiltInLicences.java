package org.octroi.licence;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.octroi.problem.ProblemType;
import org.octroi.problem.RefusedException;
import org.octroi.problem.StartRefusedException;
import org.octroi.vocabulary.Actor;
import org.octroi.vocabulary.Bilingual;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.core.io.ClassPathResource;
import org.springframework.stereotype.Component;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * Publishes, at each start, the versions of {@code licence/built-in.yml} that are not published
 * yet. A start whose files say something else than what was published is refused: agreements stand
 * on those texts.
 */
@Component
class BuiltInLicences implements SmartInitializingSingleton {

  /** Jackson's defaults, so that what is stored does not follow the API's settings. */
  private static final JsonMapper JSON = JsonMapper.shared();

  private static final String FOLDER = "licence/";
  private static final TypeReference<List<Entry>> ENTRIES = new TypeReference<>() {};

  private final Licences licences;

  BuiltInLicences(Licences licences) {
    this.licences = licences;
  }

  /** An entry of the file; {@code text} names files in {@code licence/texts}. */
  record Entry(
      String id,
      String spdx,
      Bilingual name,
      String address,
      int version,
      String authoritative,
      Files text,
      Terms terms) {

    record Files(@Nullable String fr, @Nullable String en) {}
  }

  @Override
  public void afterSingletonsInstantiated() {
    List<Object> entries =
        new Yaml(new SafeConstructor(new LoaderOptions())).load(read("built-in.yml"));
    for (Entry entry : JSON.convertValue(entries, ENTRIES)) {
      try {
        licences.publishBuiltIn(draft(entry), new Actor.House("licence"));
      } catch (RefusedException e) {
        if (e.refusal().type() != ProblemType.CONFLICT) {
          throw e;
        }
        throw new StartRefusedException(
            "The licence "
                + entry.id()
                + " version "
                + entry.version()
                + " is published in this database with another text or other terms.",
            "Start the version of Octroi that this database was used with, or a newer one: a"
                + " published text never changes, a changed one gets a new version number.");
      }
    }
  }

  private static LicenceDraft draft(Entry entry) {
    return new LicenceDraft(
        entry.id(),
        Optional.of(entry.spdx()),
        entry.name(),
        Optional.of(entry.address()),
        entry.version(),
        new LicenceTexts(
            Optional.ofNullable(entry.text().fr()).map(file -> read("texts/" + file)),
            Optional.ofNullable(entry.text().en()).map(file -> read("texts/" + file)),
            entry.authoritative()),
        entry.terms());
  }

  private static String read(String file) {
    try (InputStream bytes = new ClassPathResource(FOLDER + file).getInputStream()) {
      return new String(bytes.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("The file " + FOLDER + file + " can't be read", e);
    }
  }
}
