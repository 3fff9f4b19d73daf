package org.octroi.relay;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a gate knew last, as a file of its own, mode 0600, for a start while the desk is away. The
 * secrets in it are sealed under this machine's key file. For one thread.
 */
final class SnapshotFile {

  private static final Logger LOG = LoggerFactory.getLogger(SnapshotFile.class);
  private static final RecordBytes<Brief> BYTES = Question.NEWS.answered();

  private final Path file;

  SnapshotFile(Path file) {
    this.file = file.toAbsolutePath();
  }

  /**
   * What was kept.
   *
   * @param at when
   */
  record Kept(Brief brief, Instant at) {}

  /** What was kept, if there is something, and this release can read it. */
  Optional<Kept> read() {
    try (InputStream from = new BufferedInputStream(Files.newInputStream(file))) {
      String form = new String(from.readNBytes(BYTES.form().length()), StandardCharsets.US_ASCII);
      if (!form.equals(BYTES.form())) {
        LOG.warn("{} was written by another release, and is not read", file);
        return Optional.empty();
      }
      return Optional.of(
          new Kept(BYTES.read(from, Secrets.STAY), Files.getLastModifiedTime(file).toInstant()));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      LOG.warn("{} can't be read: {}", file, e.getMessage());
      return Optional.empty();
    }
  }

  /** Keeps all of it, in the stead of what was kept before. */
  void write(Brief whole) throws IOException {
    Path folder = file.resolveSibling(".");
    Files.createDirectories(folder.normalize());
    Path draft = file.resolveSibling(file.getFileName() + ".new");
    try (FileChannel channel =
            FileChannel.open(
                draft,
                Set.of(
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.WRITE),
                ownerOnly());
        OutputStream to = new BufferedOutputStream(Channels.newOutputStream(channel))) {
      to.write(BYTES.form().getBytes(StandardCharsets.US_ASCII));
      BYTES.write(whole, to, Secrets.STAY);
      to.flush();
      channel.force(true);
    }
    Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private static FileAttribute<?>[] ownerOnly() {
    return FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
        }
        : new FileAttribute<?>[0];
  }

  /** It is known no more. */
  void delete() throws IOException {
    Files.deleteIfExists(file);
  }
}
