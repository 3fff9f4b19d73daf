package org.octroi.usage;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;

/** The files of the event log in a folder. */
final class EventLogFolder implements EventLogFiles {

  private final Path folder;

  EventLogFolder(Path folder) {
    this.folder = folder.toAbsolutePath();
  }

  @Override
  public void look() throws IOException {
    Files.createDirectories(folder);
  }

  @Override
  public List<Found> all() throws IOException {
    List<Found> found = new ArrayList<>();
    for (Path territory : list(folder, "territory=*")) {
      for (Path day : list(territory, "day=*")) {
        found.addAll(in(day));
      }
    }
    return found;
  }

  @Override
  public List<Found> of(Partition day) throws IOException {
    return in(folder.resolve(day.path()));
  }

  private List<Found> in(Path day) throws IOException {
    List<Found> found = new ArrayList<>();
    for (Path path : list(day, "*.parquet")) {
      var file = LogFile.at(folder.relativize(path).toString());
      if (file.isPresent()) {
        found.add(new Found(file.get(), Files.size(path)));
      }
    }
    return found;
  }

  private static List<Path> list(Path where, String pattern) throws IOException {
    if (!Files.isDirectory(where)) {
      return List.of();
    }
    try (DirectoryStream<Path> paths = Files.newDirectoryStream(where, pattern)) {
      return StreamSupport.stream(paths.spliterator(), false).sorted().toList();
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
  }

  @Override
  public void publish(Path draft, LogFile file) throws IOException {
    Path path = path(file);
    Files.createDirectories(folder.resolve(file.day().path()));
    WholeFile.move(draft, path);
  }

  @Override
  public Path readable(LogFile file, Path draft) {
    return path(file);
  }

  @Override
  public void delete(LogFile file) throws IOException {
    Files.deleteIfExists(path(file));
    try {
      Files.deleteIfExists(folder.resolve(file.day().path()));
    } catch (DirectoryNotEmptyException e) {
      // The day has more files.
    }
  }

  private Path path(LogFile file) {
    return folder.resolve(file.path());
  }
}
