package org.octroi.usage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A folder of {@link Segment}s, each under the name of its sequence. */
record SegmentFolder(Path path) {

  private static final Logger LOG = LoggerFactory.getLogger(SegmentFolder.class);
  private static final Pattern SEGMENT = Pattern.compile("(\\d{16})\\.journal");

  Path file(long sequence) {
    return path.resolve(Segment.name(sequence));
  }

  /** The files whose names are of a pattern, in the order of their names. */
  List<Path> list(Pattern names) throws IOException {
    try (Stream<Path> files = Files.list(path)) {
      return files.filter(f -> names.matcher(Segment.nameOf(f)).matches()).sorted().toList();
    }
  }

  /** The files of the segments, oldest first. */
  List<Path> segments() throws IOException {
    return list(SEGMENT);
  }

  /** The sequences of the segments, oldest first. */
  List<Long> sequences() throws IOException {
    return segments().stream().map(SegmentFolder::sequence).toList();
  }

  /** The sequence that the name of a segment, or of what was made of one, begins with. */
  static long sequence(Path file) {
    return Long.parseLong(Segment.nameOf(file).substring(0, 16));
  }

  /** Forces the names of the files to the disk. */
  void force() throws IOException {
    WholeFile.forceFolder(path);
  }

  /**
   * Keeps what is no whole record beside the segments, for whoever wants to look at it.
   *
   * @return whether it was not kept before
   */
  boolean setAside(Path segment, long from, byte[] bytes) throws IOException {
    Path aside = segment.resolveSibling(Segment.nameOf(segment) + "." + from + ".torn");
    if (Files.exists(aside)) {
      return false;
    }
    Files.write(aside, bytes);
    LOG.error(
        "{} bytes at {} of {} are no whole record; they were set aside as {}",
        bytes.length,
        from,
        segment,
        aside);
    return true;
  }
}
