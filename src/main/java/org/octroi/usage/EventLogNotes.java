package org.octroi.usage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.octroi.usage.EventLogFiles.LogFile;
import org.octroi.usage.EventLogFiles.Partition;
import org.springframework.util.FileSystemUtils;

/**
 * What the event log must remember over the end of its process, and what is not finished.
 *
 * <pre>
 * _octroi/JOURNAL.position   how far a journal has been brought over
 * _octroi/UUID.merge         a merge that has not been finished
 * _octroi/tmp/               what is being written
 * </pre>
 *
 * <p>On a disk of this machine, as the journal is, wherever the log's files go: a position means
 * something to the one journal only, and comes back from a backup together with it. Readers of
 * Hive's partitions pass over what begins with an underscore. For one thread.
 */
final class EventLogNotes {

  private static final String MERGE = ".merge";
  private static final String DRAFT = ".parquet";

  private final Path own;
  private final Path temporary;
  private @Nullable FolderLock lock;

  /** Nothing is touched before {@link #take}. */
  EventLogNotes(Path folder) {
    this.own = folder.toAbsolutePath().resolve("_octroi");
    this.temporary = own.resolve("tmp");
  }

  /** Many files of a day become one. */
  record Merge(UUID id, LogFile whole, List<LogFile> parts) {

    Partition day() {
      return whole.day();
    }
  }

  /** Where DuckDB may put what does not fit its memory; it makes and removes this folder. */
  Path overflow() {
    return temporary.resolve("overflow");
  }

  /** Has the folder to itself from now on, without what the last process was writing. */
  void take() throws IOException {
    if (lock == null) {
      Files.createDirectories(temporary);
      lock =
          FolderLock.of(own)
              .orElseThrow(
                  () ->
                      new IOException(
                          "another process writes to the event log in "
                              + own.getParent()
                              + "; name another folder with octroi.usage.event-log.folder"));
      forget("");
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

  /** Writes down a merge before it is done. */
  void begin(Merge merge) throws IOException {
    List<String> lines = new ArrayList<>();
    lines.add(merge.whole().path());
    merge.parts().forEach(part -> lines.add(part.path()));
    writeWhole(mergeFile(merge.id()), lines);
  }

  /** The merges that were begun and are not over. */
  List<Merge> merges() throws IOException {
    List<Merge> merges = new ArrayList<>();
    for (Path file : list(own, MERGE)) {
      List<LogFile> files = new ArrayList<>();
      for (String line : Files.readAllLines(file)) {
        files.add(
            LogFile.at(line)
                .orElseThrow(() -> new IOException("The file " + file + " names no merge")));
      }
      String name = String.valueOf(file.getFileName());
      merges.add(
          new Merge(
              UUID.fromString(name.substring(0, name.length() - MERGE.length())),
              files.getFirst(),
              List.copyOf(files.subList(1, files.size()))));
    }
    return merges;
  }

  void over(Merge merge) throws IOException {
    Files.deleteIfExists(mergeFile(merge.id()));
  }

  private Path mergeFile(UUID id) {
    return own.resolve(id + MERGE);
  }

  private void writeWhole(Path file, List<String> lines) throws IOException {
    Path draft = temporary.resolve(String.valueOf(file.getFileName()));
    Files.write(draft, lines);
    WholeFile.move(draft, file);
  }

  /** Where a file is written before it has its name. */
  Path draft() {
    return temporary.resolve(UUID.randomUUID() + DRAFT);
  }

  /** No draft is needed any more. */
  void forgetDrafts() throws IOException {
    forget(DRAFT);
  }

  private void forget(String ending) throws IOException {
    for (Path left : list(temporary, ending)) {
      FileSystemUtils.deleteRecursively(left);
    }
  }

  private static List<Path> list(Path where, String ending) throws IOException {
    try (Stream<Path> files = Files.list(where)) {
      return files.filter(f -> f.toString().endsWith(ending)).sorted().toList();
    }
  }

  /** Lets go of the folder. */
  void release() throws IOException {
    if (lock != null) {
      lock.close();
      lock = null;
    }
  }
}
