package org.octroi.agreement;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.octroi.problem.ProblemType;
import org.octroi.problem.RefusedException;
import org.octroi.vocabulary.Caller;
import org.octroi.vocabulary.Id;
import org.octroi.vocabulary.PersonId;
import org.octroi.vocabulary.Sha256;
import org.octroi.vocabulary.UtcTimes;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * The attachments of requests: what is known of each is in the database, its bytes are a file by
 * its id in a folder. A file is written before its row, so that a row never misses its file; one
 * whose row was never written is swept away a day later.
 */
@Component
class Attachments {

  private static final Duration ORPHANED_AFTER = Duration.ofDays(1);

  private static final String COLUMNS =
      "select id, author, name, media_type, size_bytes, sha256, attached_at"
          + " from request_attachment ";

  private final JdbcClient jdbc;
  private final Clock clock;
  private final Path folder;

  /**
   * @param folder where the files are; several desks share it
   */
  Attachments(
      JdbcClient jdbc,
      Clock clock,
      @Value("${octroi.requests.attachments:${octroi.data-folder}/attachments}") Path folder) {
    this.jdbc = jdbc;
    this.clock = clock;
    this.folder = folder;
  }

  /**
   * An attachment.
   *
   * @param id its id, in the order of time
   * @param author who attached it
   * @param name the file's name, for people
   * @param mediaType what it is, as its bytes show
   * @param size in bytes
   * @param sha256 of its bytes, in hex
   * @param at when
   */
  record Attachment(
      String id,
      PersonId author,
      String name,
      String mediaType,
      long size,
      String sha256,
      Instant at) {}

  Attachment add(AccessRequest request, Caller by, String name, AttachmentType type, byte[] bytes) {
    Attachment attachment =
        new Attachment(
            Id.next().toString(),
            by.person(),
            name,
            type.mediaType(),
            bytes.length,
            Sha256.hex(bytes),
            clock.instant());
    write(attachment.id(), bytes);
    jdbc.sql(
            """
            insert into request_attachment
              (id, request_id, territory_id, author, name, media_type, size_bytes, sha256,
               attached_at)
            values
              (:id, :request, :territory, :author, :name, :type, :size, :sha256, :at)
            """)
        .param("id", attachment.id())
        .param("request", request.id().toString())
        .param("territory", request.territory().toString())
        .param("author", by.person().toString())
        .param("name", name)
        .param("type", attachment.mediaType())
        .param("size", attachment.size())
        .param("sha256", attachment.sha256())
        .param("at", UtcTimes.column(attachment.at()))
        .update();
    return attachment;
  }

  /** Those of a request, oldest first. */
  List<Attachment> of(AccessRequest request) {
    return jdbc.sql(
            COLUMNS + "where territory_id = :territory and request_id = :request order by id")
        .param("territory", request.territory().toString())
        .param("request", request.id().toString())
        .query(Attachments::read)
        .list();
  }

  /**
   * One of a request.
   *
   * @refuses not-found when it has none of this id
   */
  Attachment find(AccessRequest request, String id) {
    return of(request).stream()
        .filter(attachment -> attachment.id().equals(id))
        .findFirst()
        .orElseThrow(() -> RefusedException.of(ProblemType.NOT_FOUND, id));
  }

  /**
   * Its bytes.
   *
   * @throws UncheckedIOException when the file is gone or not what it was
   */
  byte[] bytes(Attachment attachment) {
    try {
      byte[] bytes = Files.readAllBytes(file(attachment.id()));
      if (!Sha256.hex(bytes).equals(attachment.sha256())) {
        throw new IOException("it is not what was attached");
      }
      return bytes;
    } catch (IOException e) {
      throw new UncheckedIOException(
          "The attachment " + attachment.id() + " in " + folder + " can't be read", e);
    }
  }

  /** Removes files that have no row, once they are too old to get one still. */
  @Scheduled(initialDelayString = "PT15M", fixedDelayString = "PT24H")
  void sweep() {
    if (!Files.isDirectory(folder)) {
      return;
    }
    Instant before = clock.instant().minus(ORPHANED_AFTER);
    try (Stream<Path> files = Files.list(folder)) {
      files.filter(file -> isOrphan(file, before)).forEach(Attachments::remove);
    } catch (IOException e) {
      throw new UncheckedIOException("The folder " + folder + " can't be listed", e);
    }
  }

  private boolean isOrphan(Path file, Instant before) {
    try {
      return Files.getLastModifiedTime(file).toInstant().isBefore(before)
          && jdbc.sql("select id from request_attachment where id = :id")
              .param("id", file.getFileName().toString())
              .query(String.class)
              .optional()
              .isEmpty();
    } catch (IOException e) {
      throw new UncheckedIOException("The file " + file + " can't be looked at", e);
    }
  }

  private static void remove(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException("The file " + file + " can't be removed", e);
    }
  }

  private void write(String id, byte[] bytes) {
    try {
      Files.createDirectories(folder);
      Path part = Files.createTempFile(folder, "part-", "");
      Files.write(part, bytes);
      Files.move(part, file(id), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException("An attachment can't be written to " + folder, e);
    }
  }

  private Path file(String id) {
    return folder.resolve(id);
  }

  private static Attachment read(ResultSet row, int number) throws SQLException {
    Optional<Instant> at = UtcTimes.read(row, "attached_at");
    return new Attachment(
        row.getString("id"),
        PersonId.of(row.getString("author")),
        row.getString("name"),
        row.getString("media_type"),
        row.getLong("size_bytes"),
        row.getString("sha256"),
        at.orElseThrow());
  }
}
