package org.octroi.secret;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Set;
import org.octroi.problem.StartRefusedException;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Reads the key file, or makes it where that is allowed. */
@Configuration(proxyBeanMethods = false)
class KeyFile {

  @Bean
  Seal seal(SecretsProperties properties) {
    Path file = properties.keyFile().toAbsolutePath();
    if (Files.notExists(file)) {
      if (!properties.createKeyFile()) {
        throw new StartRefusedException(
            "There is no key file at " + file + ", so stored secrets can't be sealed or opened.",
            "Put the key file of this database there, or for a new one make it with:"
                + " (umask 077; openssl rand -base64 32 > "
                + file
                + "). octroi.secrets.key-file names another place.");
      }
      create(file);
    }
    return new Seal(read(file));
  }

  private static byte[] read(Path file) {
    try {
      if (FileSystems.getDefault().supportedFileAttributeViews().contains("posix")) {
        Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
        if (permissions.contains(PosixFilePermission.OTHERS_READ)
            || permissions.contains(PosixFilePermission.GROUP_WRITE)
            || permissions.contains(PosixFilePermission.OTHERS_WRITE)) {
          throw new StartRefusedException(
              "The key file "
                  + file
                  + " is open to others ("
                  + PosixFilePermissions.toString(permissions)
                  + ").",
              "Close it with: chmod 600 " + file);
        }
      }
      byte[] key = Base64.getDecoder().decode(Files.readString(file).strip());
      if (key.length == 32) {
        return key;
      }
    } catch (IllegalArgumentException e) {
      // Not base64: the same advice as for a wrong length.
    } catch (IOException e) {
      throw new StartRefusedException(
          "The key file " + file + " can't be read: " + e.getMessage(),
          "Make it readable by the user that Octroi runs as.");
    }
    throw new StartRefusedException(
        "The key file " + file + " does not hold 32 bytes in base64.",
        "Put back the key file that this database was used with.");
  }

  private static void create(Path file) {
    byte[] key = new byte[32];
    new SecureRandom().nextBytes(key);
    try {
      Path folder = file.getParent();
      if (folder != null) {
        Files.createDirectories(folder);
      }
      FileAttribute<?>[] ownerOnly =
          FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
              ? new FileAttribute<?>[] {
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
              }
              : new FileAttribute<?>[0];
      Files.createFile(file, ownerOnly);
      Files.write(
          file,
          (Base64.getEncoder().encodeToString(key) + "\n").getBytes(StandardCharsets.US_ASCII),
          StandardOpenOption.WRITE);
    } catch (FileAlreadyExistsException e) {
      // Another process of the same folder made it a moment ago: its key is the one.
    } catch (IOException e) {
      throw new UncheckedIOException("The key file " + file + " can't be made", e);
    }
  }
}
