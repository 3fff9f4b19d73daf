package org.octroi.usage;

import java.io.IOException;
import java.nio.file.Path;

/** What the journal needs a disk for, each of which a disk can refuse. */
interface Disk {

  /** Makes a file of this size whose blocks are there; one that can't be made leaves nothing. */
  void allocate(Path file, long size) throws IOException;

  /** Returns when the disk has what was written from one place of a segment to another. */
  void force(Segment segment, long from, long to) throws IOException;

  /** How many bytes this process may still write below a folder. */
  long free(Path folder) throws IOException;
}
