package org.octroi.demo;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import org.octroi.vocabulary.Sha256;

/**
 * The demo's charters as files, with the ports that its servers took at this start. They lie in the
 * demo's folder to be read, and changed by whoever wants to try the importer.
 */
final class DemoCharters {

  /** The territories, each with a charter of its name. */
  static final List<String> TERRITORIES = List.of("rennes", "bordeaux");

  private static final List<String> LICENCES = List.of("presence-pro.fr.md", "presence-pro.en.md");

  /** As the charters have them, which are right as they stand for the ports by default. */
  private static final String UPSTREAM = "127.0.0.1:8090/";

  private static final String SQL = "port: 8091,";

  private final Path folder;
  private final MessageDigest hash;

  private DemoCharters(Path folder) {
    this.folder = folder;
    this.hash = Sha256.digest();
  }

  /**
   * Writes the charters and the licences beside them, over what was there.
   *
   * @param folder where to
   * @param upstreamPort the port of the demo's HTTP API
   * @param sqlPort the port of the demo's SQL server
   * @return their hash, which differs when what they say does
   */
  static String write(Path folder, int upstreamPort, int sqlPort) throws IOException {
    DemoCharters charters = new DemoCharters(folder);
    for (String licence : LICENCES) {
      charters.put("licences/" + licence, read("licences/" + licence));
    }
    for (String territory : TERRITORIES) {
      charters.put(
          territory + ".yml",
          read(territory + ".yml")
              .replace(UPSTREAM, "127.0.0.1:" + upstreamPort + "/")
              .replace(SQL, "port: " + sqlPort + ","));
    }
    return HexFormat.of().formatHex(charters.hash.digest());
  }

  private void put(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    hash.update(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String read(String name) throws IOException {
    String resource = "/demo/charters/" + name;
    try (InputStream stream = DemoCharters.class.getResourceAsStream(resource)) {
      if (stream == null) {
        throw new FileNotFoundException(resource + " is missing from this build");
      }
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
