package org.octroi.usage;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.util.FileSystemUtils;

/**
 * The files of the event log.
 *
 * <pre>
 * territory=ID/day=YYYY-MM-DD/NAME.parquet   what everybody may read
 * _octroi/JOURNAL.position                   how far a journal has been brought over
 * _octroi/UUID.merge                         a merge that has not been finished
 * _octroi/tmp/                               what is being written
 * </pre>
 *
 * <p>A file stands under its name only when it is whole and the disk has it. Readers of Hive's
 * partitions pass over what begins with an underscore. For one thread.
 */
final class EventLogFolder implements AutoCloseable {

  private static final String PARQUET = ".parquet";
  private static final Pattern TERRITORY = Pattern.compile("territory=.+");
  private static final Pattern DAY = Pattern.compile("day=\\d{4}-\\d\\d-\\d\\d");

  private final Path folder;
  private final Path own;
  private final Path temporary;
  private @Nullable FolderLock lock;

  /** Nothing is touched before {@link #take}. */
  EventLogFolder(Path folder) {
    this.folder = folder.toAbsolutePath();
    this.own = this.folder.resolve("_octroi");
    this.temporary = own.resolve("tmp");
  }

  /** A day of a territory. */
  record Partition(String territory, LocalDate day) {
    Path in(Path folder) {
      return folder.resolve("territory=" + territory).resolve("day=" + day);
    }

    static Partition of(Path path) {
      return new Partition(
          value(path.getName(path.getNameCount() - 2)), LocalDate.parse(value(path.getFileName())));
    }

    private static String value(@Nullable Path name) {
      String text = String.valueOf(name);
      return text.substring(text.indexOf('=') + 1);
    }
  }

  /** Where DuckDB may put what does not fit its memory; it makes and removes this folder. */
  Path overflow() {
    return temporary.resolve("overflow");
  }

  /** Has the folder to itself from now on, and puts in order what the last process left. */
  void take() throws IOException {
    if (lock != null) {
      return;
    }
    Files.createDirectories(temporary);
    lock =
        FolderLock.of(own)
            .orElseThrow(
                () ->
                    new IOException(
                        "another process writes to the event log in "
                            + folder
                            + "; name another folder with octroi.usage.event-log.folder"));
    for (Path left : list(temporary, "")) {
      FileSystemUtils.deleteRecursively(left);
    }
    for (Path merge : list(own, ".merge")) {
      finish(merge);
    }
  }

  /** How far a journal has been brought over. */
  Optional<EventLogPosition> position(UUID journal) throws IOException {
    Path file = positionFile(journal);
    if (Files.notExists(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(EventLogPosition.of(Files.readAllLines(file)));
    } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
      throw new IOException("The file " + file + " does not hold a position", e);
    }
  }

  void keep(UUID journal, EventLogPosition position) throws IOException {
    writeWhole(positionFile(journal), position.lines());
  }

  private Path positionFile(UUID journal) {
    return own.resolve(journal + ".position");
  }

  private void writeWhole(Path file, List<String> lines) throws IOException {
    Path draft = temporary.resolve(String.valueOf(file.getFileName()));
    Files.write(draft, lines);
    moveWhole(draft, file);
  }

  private static void moveWhole(Path draft, Path file) throws IOException {
    try (FileChannel written = FileChannel.open(draft, StandardOpenOption.WRITE)) {
      written.force(true);
    }
    Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    @Nullable Path parent = file.getParent();
    if (parent != null) {
      try (FileChannel directory = FileChannel.open(parent, StandardOpenOption.READ)) {
        directory.force(true);
      }
    }
  }

  /** Where a file is written before it has its name. */
  Path draft() {
    return temporary.resolve(UUID.randomUUID() + PARQUET);
  }

  /** Gives a file that is written its name; one that has the name already gives way. */
  void publish(Path draft, Partition partition, String name) throws IOException {
    moveWhole(draft, Files.createDirectories(partition.in(folder)).resolve(name + PARQUET));
  }

  /** The files of a day, in the order of their names. */
  List<Path> files(Partition partition) throws IOException {
    return list(partition.in(folder), PARQUET);
  }

  /** Every day that there is; what else lies in the folder is nobody's business here. */
  List<Partition> partitions() throws IOException {
    List<Partition> partitions = new ArrayList<>();
    for (Path territory : folders(folder, TERRITORY)) {
      folders(territory, DAY).forEach(day -> partitions.add(Partition.of(day)));
    }
    return partitions;
  }

  private static List<Path> folders(Path where, Pattern named) throws IOException {
    return list(where, "").stream()
        .filter(Files::isDirectory)
        .filter(each -> named.matcher(String.valueOf(each.getFileName())).matches())
        .toList();
  }

  /**
   * Puts one file in the place of some of a day. What is to be done is written down first, so that
   * a process that ends half way leaves neither a gap nor anything double to the next.
   */
  void replace(Partition partition, List<Path> parts, Path draft) throws IOException {
    String name = "merged-" + UUID.randomUUID();
    List<String> lines = new ArrayList<>();
    lines.add(partition.in(folder).resolve(name + PARQUET).toString());
    parts.forEach(part -> lines.add(part.toString()));
    Path merge = own.resolve(name.substring("merged-".length()) + ".merge");
    writeWhole(merge, lines);
    publish(draft, partition, name);
    finish(merge);
  }

  private static void finish(Path merge) throws IOException {
    List<String> lines = Files.readAllLines(merge);
    if (Files.exists(Path.of(lines.getFirst()))) {
      for (String part : lines.subList(1, lines.size())) {
        Files.deleteIfExists(Path.of(part));
      }
    }
    Files.delete(merge);
  }

  /** Deletes a day; returns how many bytes went. */
  long delete(Partition partition) throws IOException {
    long bytes = 0;
    for (Path file : files(partition)) {
      bytes += Files.size(file);
      Files.delete(file);
    }
    Files.deleteIfExists(partition.in(folder));
    return bytes;
  }

  private static List<Path> list(Path where, String ending) throws IOException {
    if (Files.notExists(where)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(where)) {
      return files.filter(f -> f.toString().endsWith(ending)).sorted().toList();
    }
  }

  @Override
  public void close() throws IOException {
    if (lock != null) {
      lock.close();
      lock = null;
    }
  }
}
