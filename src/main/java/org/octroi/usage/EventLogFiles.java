package org.octroi.usage;

import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where the finished files of the event log are, {@code territory=ID/day=YYYY-MM-DD/NAME.parquet}.
 * A file stands under its name only when it is whole, and does not change; readers of Hive's
 * partitions find it there. Safe for use by many threads.
 */
interface EventLogFiles extends AutoCloseable {

  /** A day of a territory. */
  record Partition(String territory, LocalDate day) {

    String path() {
      return "territory=" + territory + "/day=" + day;
    }

    LogFile file(String name) {
      return new LogFile(this, name);
    }
  }

  /**
   * A file of a day.
   *
   * @param name without its ending
   */
  record LogFile(Partition day, String name) {

    private static final Pattern PATH =
        Pattern.compile("(?:.*/)?territory=([^/]+)/day=(\\d{4}-\\d\\d-\\d\\d)/([^/]+)\\.parquet");

    /** Where it lies, from where the log begins. */
    String path() {
      return day.path() + "/" + name + ".parquet";
    }

    /** The file that lies at a path, if it is one of the log. */
    static Optional<LogFile> at(String path) {
      Matcher parts = PATH.matcher(path);
      return parts.matches()
          ? Optional.of(
              new LogFile(
                  new Partition(parts.group(1), LocalDate.parse(parts.group(2))), parts.group(3)))
          : Optional.empty();
    }
  }

  /** A file that is there, and its size. */
  record Found(LogFile file, long bytes) {}

  /** Returns where they can be reached; what keeps them from it is said by the exception. */
  void look() throws IOException;

  /** Every file; what else lies there is nobody's business here. */
  List<Found> all() throws IOException;

  /** The files of a day, in the order of their names. */
  List<Found> of(Partition day) throws IOException;

  /** Gives what was written its name; one that has the name already gives way. */
  void publish(Path draft, LogFile file) throws IOException;

  /**
   * Where a file can be read on this disk.
   *
   * @param draft where it may be copied to
   */
  Path readable(LogFile file, Path draft) throws IOException;

  /** Deletes a file, where it is there. */
  void delete(LogFile file) throws IOException;

  @Override
  default void close() {}
}
