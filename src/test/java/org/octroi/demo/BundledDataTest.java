package org.octroi.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BundledDataTest {

  private static final Path DATA = Path.of("src/main/resources/demo/data");

  @Test
  void every_folder_of_data_tells_its_holder_its_licence_and_its_origin() throws Exception {
    try (Stream<Path> folders = Files.find(DATA, 2, (p, a) -> a.isDirectory())) {
      List<Path> ofData = folders.filter(p -> DATA.relativize(p).getNameCount() == 2).toList();
      assertThat(ofData)
          .hasSize(13)
          .allSatisfy(
              folder ->
                  assertThat(folder.resolve("SOURCE.md"))
                      .content()
                      .contains("- Publisher (data holder): ", "- Licence: ", "- Taken from: "));
    }
  }

  @Test
  void the_files_laid_out_are_those_that_a_charter_offers(@TempDir Path root) throws Exception {
    DemoFiles.layOut(root);
    try (Stream<Path> files = Files.walk(root)) {
      assertThat(files.filter(Files::isRegularFile).map(f -> root.relativize(f).toString()))
          .containsExactlyInAnyOrder(
              "bordeaux/gironde/arrets.xml",
              "bordeaux/gironde/lignes.xml",
              "bordeaux/gironde/trajets.xml",
              "bordeaux/ign/communes-33-gironde.geojson",
              "bordeaux/presence/presence.csv",
              "bordeaux/transport/bnlc-33.csv",
              "rennes/ign/communes-35-ille-et-vilaine.geojson",
              "rennes/metropole/perimetres-45-sous-quartiers-rennes.geojson",
              "rennes/star/GTFS-20120618.zip",
              "rennes/transport/bnlc-35.csv");
    }
  }

  @Test
  void the_presence_file_holds_the_rows_of_the_generator(@TempDir Path root) throws Exception {
    DemoFiles.layOut(root);
    assertThat(root.resolve("bordeaux/presence/presence.csv"))
        .content()
        .hasLineCount(1 + PresenceFigures.rows().size());
  }
}
