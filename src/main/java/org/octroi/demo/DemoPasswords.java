package org.octroi.demo;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import java.util.Properties;

/**
 * The two passwords of the demo's SQL server: made at random with its database, kept in a file that
 * only its owner reads.
 *
 * @param owner of the user that fills the tables
 * @param reader of the user that the gate reads as
 */
record DemoPasswords(String owner, String reader) {

  private static final SecureRandom RANDOM = new SecureRandom();

  /** What was kept, if anything whole was. */
  static Optional<DemoPasswords> kept(Path file) throws IOException {
    if (Files.notExists(file)) {
      return Optional.empty();
    }
    Properties properties = new Properties();
    try (BufferedReader reader = Files.newBufferedReader(file, StandardCharsets.US_ASCII)) {
      properties.load(reader);
    }
    return Optional.ofNullable(properties.getProperty("owner"))
        .flatMap(
            owner ->
                Optional.ofNullable(properties.getProperty("reader"))
                    .map(reader -> new DemoPasswords(owner, reader)));
  }

  /** Makes two new ones and keeps them. */
  static DemoPasswords make(Path file) throws IOException {
    DemoPasswords made = new DemoPasswords(random(), random());
    FileAttribute<?>[] ownerOnly =
        FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
            ? new FileAttribute<?>[] {
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
            }
            : new FileAttribute<?>[0];
    Path part = Files.createTempFile(file.toAbsolutePath().getParent(), ".sql", ".part", ownerOnly);
    try (Writer writer = Files.newBufferedWriter(part, StandardCharsets.US_ASCII)) {
      writer.write("owner=" + made.owner + "\nreader=" + made.reader + "\n");
    }
    Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    return made;
  }

  /** Says nothing of what is inside. */
  @Override
  public String toString() {
    return "DemoPasswords[…]";
  }

  private static String random() {
    byte[] bytes = new byte[24];
    RANDOM.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
