package org.octroi.usage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.springframework.util.FileSystemUtils;

class SegmentTest {

  private static final int SIZE = 1 << 16;

  /** Whatever bytes are lost, every record that they don't touch is kept. */
  @Property(tries = 200)
  void what_is_whole_is_kept_and_what_is_torn_is_set_aside(
      @ForAll @IntRange(min = 1, max = 200) int records,
      @ForAll @IntRange(min = Segment.HEADER, max = SIZE - 1) int from,
      @ForAll @IntRange(min = 1, max = 9000) int length,
      @ForAll long seed)
      throws IOException {
    Path folder = Files.createTempDirectory("segment");
    try {
      List<long[]> extents = new ArrayList<>();
      Path file = write(folder, records, extents, new Random(seed));
      overwrite(file, from, length, new Random(seed + 1));

      List<Integer> kept = recover(file);

      List<Integer> untouched = new ArrayList<>();
      for (int i = 0; i < extents.size(); i++) {
        if (extents.get(i)[1] <= from || extents.get(i)[0] >= from + length) {
          untouched.add(i);
        }
      }
      assertThat(kept).containsAll(untouched).isSorted();
      assertThat(recover(file)).isEqualTo(kept);
    } finally {
      FileSystemUtils.deleteRecursively(folder);
    }
  }

  private static Path write(Path folder, int records, List<long[]> extents, Random random)
      throws IOException {
    Path allocated = folder.resolve("new");
    Segment.allocate(allocated, SIZE);
    Segment segment = Segment.map(allocated).begin(folder, 1);
    for (int i = 0; i < records; i++) {
      long before = segment.position();
      String text = i + ":" + "x".repeat(random.nextInt(600));
      byte[] body = ("##" + text).getBytes(StandardCharsets.US_ASCII);
      body[0] = RecordCodec.PASSED;
      if (!segment.append(body)) {
        break;
      }
      extents.add(new long[] {before, segment.position()});
    }
    return segment.file();
  }

  private static void overwrite(Path file, int from, int length, Random random) throws IOException {
    byte[] noise = new byte[Math.min(length, SIZE - from)];
    random.nextBytes(noise);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(noise), from);
    }
  }

  private static List<Integer> recover(Path file) throws IOException {
    List<Integer> kept = new ArrayList<>();
    try (Arena arena = Arena.ofConfined()) {
      Segment segment = Segment.open(file, MapMode.READ_WRITE, arena);
      segment.recover((from, bytes) -> {});
      segment.scan(
          Segment.HEADER,
          segment.sealedEnd(),
          new Segment.Visitor() {
            @Override
            public boolean record(long offset, byte[] body) {
              String text = new String(body, 2, body.length - 2, StandardCharsets.US_ASCII);
              kept.add(Integer.parseInt(text.substring(0, text.indexOf(':'))));
              return true;
            }

            @Override
            public void broken(long from, long to) {
              throw new AssertionError("a mended segment is broken at " + from);
            }
          });
    }
    return kept;
  }
}
