package org.octroi.usage;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** How a file gets its name: all at once, when the disk has what is in it. */
final class WholeFile {

  private WholeFile() {}

  /** Gives a draft of the same disk its name; what has the name already gives way. */
  static void move(Path draft, Path file) throws IOException {
    force(draft, StandardOpenOption.WRITE);
    Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    @Nullable Path parent = file.getParent();
    if (parent != null) {
      forceFolder(parent);
    }
  }

  /** Forces the names of a folder's files to the disk. */
  static void forceFolder(Path folder) throws IOException {
    force(folder, StandardOpenOption.READ);
  }

  private static void force(Path path, StandardOpenOption how) throws IOException {
    try (FileChannel channel = FileChannel.open(path, how)) {
      channel.force(true);
    }
  }
}
