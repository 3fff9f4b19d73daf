package org.octroi;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarFile;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.octroi.testing.Licences;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What travels in the jar, those parts included that other parts brought along. */
class BillOfMaterialsIT {

  private static final String ENTRY = "META-INF/sbom/application.cdx.json";

  @Test
  void every_part_in_the_jar_comes_under_a_licence_that_the_eupl_can_live_with()
      throws IOException {
    SoftAssertions all = new SoftAssertions();
    for (JsonNode part : bill().get("components")) {
      all.assertThat(licencesOf(part))
          .as(part.path("group").asString("") + ":" + part.get("name").asString())
          .anyMatch(Licences.ALLOWED::contains);
    }
    all.assertAll();
  }

  private static List<String> licencesOf(JsonNode part) {
    List<String> licences = new ArrayList<>();
    for (JsonNode entry : part.path("licenses")) {
      licences.add(entry.path("expression").asString(""));
      licences.add(entry.path("license").path("id").asString(""));
      licences.add(entry.path("license").path("name").asString(""));
    }
    return licences;
  }

  private static JsonNode bill() throws IOException {
    try (JarFile jar = new JarFile(System.getProperty("octroi.jar"))) {
      assertThat(jar.getEntry(ENTRY))
          .as("the bill of materials, which Maven makes only when it may go online (no -o)")
          .isNotNull();
      try (var bill = jar.getInputStream(jar.getEntry(ENTRY))) {
        return JsonMapper.shared().readTree(bill);
      }
    }
  }
}
