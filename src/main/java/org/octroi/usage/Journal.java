package org.octroi.usage;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.octroi.usage.MappedJournal.Place;

/** A journal to be read: this process's own, or what a gate elsewhere has sent of its own. */
interface Journal {

  /** Its name, by which its drained position is kept. */
  UUID id();

  /** The sequence of the first segment that the process which writes it began; 0 if not known. */
  long firstOfThisRun();

  /** Where the next record will go; everything before it may be read. */
  Place tail();

  /** How much there is behind a place; not a number where the place is not known. */
  double bytesBehind(@Nullable Place place);

  /** The sequences of the segments, oldest first. */
  List<Long> sequences() throws IOException;

  /** The file of a segment. */
  Path file(long sequence);

  /** Keeps what is no whole record beside the journal, for whoever wants to look at it. */
  void setAside(Path segment, long from, byte[] bytes) throws IOException;
}
