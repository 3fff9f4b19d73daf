package org.octroi.usage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The disk of this machine. */
final class LocalDisk implements Disk {

  @Override
  public void allocate(Path file, long size) throws IOException {
    boolean whole = false;
    try {
      Segment.allocate(file, size);
      whole = true;
    } finally {
      if (!whole && Files.isRegularFile(file)) {
        Files.delete(file);
      }
    }
  }

  @Override
  public void force(Segment segment, long from, long to) throws IOException {
    try {
      segment.force(from, to);
    } catch (UncheckedIOException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  @Override
  public long free(Path folder) throws IOException {
    return Files.getFileStore(folder).getUsableSpace();
  }
}
