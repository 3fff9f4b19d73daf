package org.octroi.demo;

import java.io.IOException;
import java.io.InputStream;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;

/**
 * Lays out the folder that the demo's file stores read: only what a charter offers as a file, a
 * folder per holder. Files carry the date of their data, so that validators made from it are the
 * same on every machine.
 */
final class DemoFiles {

  private static final List<Bundled> FILES =
      List.of(
          new Bundled(
              "rennes/sub-districts/perimetres-45-sous-quartiers-rennes.geojson",
              "rennes/metropole",
              "2018-09-13T00:00:00Z"),
          new Bundled(
              "rennes/carpool-places/bnlc-35.csv", "rennes/transport", "2026-08-18T00:00:00Z"),
          new Bundled(
              "rennes/communes-boundaries/communes-35-ille-et-vilaine.geojson",
              "rennes/ign",
              "2018-01-01T00:00:00Z"),
          new Bundled("rennes/star-gtfs/GTFS-20120618.zip", "rennes/star", "2012-06-18T00:00:00Z"),
          new Bundled(
              "bordeaux/transgironde/arrets.xml", "bordeaux/gironde", "2012-11-30T00:00:00Z"),
          new Bundled(
              "bordeaux/transgironde/lignes.xml", "bordeaux/gironde", "2012-11-30T00:00:00Z"),
          new Bundled(
              "bordeaux/transgironde/trajets.xml", "bordeaux/gironde", "2012-11-30T00:00:00Z"),
          new Bundled(
              "bordeaux/carpool-places/bnlc-33.csv", "bordeaux/transport", "2026-08-18T00:00:00Z"),
          new Bundled(
              "bordeaux/communes-boundaries/communes-33-gironde.geojson",
              "bordeaux/ign",
              "2018-01-01T00:00:00Z"));

  private static final String PRESENCE = "bordeaux/presence/presence.csv";

  private DemoFiles() {}

  /** Writes every file that is not yet there; what is there already is left alone. */
  static void layOut(Path root) throws IOException {
    for (Bundled file : FILES) {
      Path target = root.resolve(file.folder).resolve(file.name());
      if (Files.notExists(target)) {
        try (InputStream data = BundledData.open(file.resource)) {
          Path part = part(target);
          Files.copy(data, part, StandardCopyOption.REPLACE_EXISTING);
          finish(part, target, Instant.parse(file.date));
        }
      }
    }
    Path presence = root.resolve(PRESENCE);
    if (Files.notExists(presence)) {
      Path part = part(presence);
      try (Writer writer = Files.newBufferedWriter(part, StandardCharsets.UTF_8);
          CSVPrinter csv = new CSVPrinter(writer, CSVFormat.RFC4180)) {
        csv.printRecord(PresenceFigures.COLUMNS);
        for (PresenceFigures.Row row : PresenceFigures.rows()) {
          csv.printRecord(row.values());
        }
      }
      finish(part, presence, PresenceFigures.LAST_HOUR);
    }
  }

  /**
   * A file is written beside its place and moved in whole: a kill leaves none that is half there.
   */
  private static Path part(Path target) throws IOException {
    Files.createDirectories(target.getParent());
    return target.resolveSibling("." + target.getFileName() + ".part");
  }

  private static void finish(Path part, Path target, Instant date) throws IOException {
    Files.setLastModifiedTime(part, FileTime.from(date));
    Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
  }

  private record Bundled(String resource, String folder, String date) {

    String name() {
      return resource.substring(resource.lastIndexOf('/') + 1);
    }
  }
}
