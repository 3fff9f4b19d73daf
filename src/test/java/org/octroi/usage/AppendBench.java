package org.octroi.usage;

import com.sun.management.ThreadMXBean;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import org.octroi.testing.Median;
import org.octroi.usage.UsageEvent.Outcome;
import org.springframework.util.FileSystemUtils;
import org.springframework.util.unit.DataSize;

/**
 * What it costs the appending thread to write one event down, in segments of the default size:
 * processor time over batches, the median of all of them, and what it allocates; then how long an
 * answer waits for the disk where it must. {@code BENCH_DIR} names the folder, {@code
 * APPEND_BATCHES} how many batches a round has.
 */
final class AppendBench {

  private static final int BATCH = 2_000;
  private static final int ROUNDS = 5;
  private static final int FORCED = 2_000;

  private AppendBench() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    int batches = Integer.parseInt(System.getenv().getOrDefault("APPEND_BATCHES", "500"));
    Path folder =
        Files.createTempDirectory(
            Path.of(
                System.getenv().getOrDefault("BENCH_DIR", System.getProperty("java.io.tmpdir"))),
            "append-bench");
    MappedJournal journal =
        new MappedJournal(
            new UsageProperties(
                folder,
                DataSize.ofMegabytes(16),
                Duration.ofMillis(50),
                UsageProperties.Durability.BACKGROUND,
                DataSize.ofMegabytes(64),
                Duration.ofSeconds(1),
                50_000,
                Duration.ofDays(400)),
            new LocalDisk(),
            Clock.systemUTC(),
            new SimpleMeterRegistry());
    try {
      UsageEvent[] events = events();
      round(journal, events, batches);
      double[] micros = new double[ROUNDS];
      double[] octets = new double[ROUNDS];
      for (int i = 0; i < ROUNDS; i++) {
        double[] round = round(journal, events, batches);
        micros[i] = round[0];
        octets[i] = round[1];
      }
      System.out.println(
          "value append-micros-median " + Math.round(Median.of(micros) * 1000) / 1000.0);
      System.out.println("value append-bytes-allocated " + Math.round(Median.of(octets)));
      forced(journal, events, 1);
      forced(journal, events, 64);
    } finally {
      journal.destroy();
      FileSystemUtils.deleteRecursively(folder);
    }
  }

  /** What it takes until the disk has an event, while so many answers wait at a time. */
  private static void forced(MappedJournal journal, UsageEvent[] events, int waiting)
      throws InterruptedException {
    int each = Math.max(20, FORCED / waiting);
    double[] millis = new double[each * waiting];
    List<Thread> threads = new ArrayList<>();
    long began = System.nanoTime();
    for (int i = 0; i < waiting; i++) {
      int first = i * each;
      threads.add(
          Thread.startVirtualThread(
              () -> {
                for (int turn = 0; turn < each; turn++) {
                  long before = System.nanoTime();
                  journal.append(events[turn & (events.length - 1)]);
                  journal.forced().toCompletableFuture().join();
                  millis[first + turn] = (System.nanoTime() - before) / 1e6;
                }
              }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    double seconds = (System.nanoTime() - began) / 1e9;
    System.out.printf("value forced-millis-median-of-%d %.2f%n", waiting, Median.of(millis));
    System.out.printf("value forced-per-second-of-%d %.0f%n", waiting, millis.length / seconds);
  }

  /** The median microseconds and the mean bytes of one append. */
  private static double[] round(MappedJournal journal, UsageEvent[] events, int batches) {
    ThreadMXBean thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    double[] micros = new double[batches];
    long allocated = 0;
    for (int batch = 0; batch < batches; batch++) {
      long octetsBefore = thread.getCurrentThreadAllocatedBytes();
      long before = thread.getCurrentThreadCpuTime();
      for (int i = 0; i < BATCH; i++) {
        journal.append(events[i & (events.length - 1)]);
      }
      micros[batch] = (thread.getCurrentThreadCpuTime() - before) / 1000.0 / BATCH;
      allocated += thread.getCurrentThreadAllocatedBytes() - octetsBefore;
      pause();
    }
    return new double[] {Median.of(micros), allocated / (double) batches / BATCH};
  }

  /** Some hundred thousand events a second: ten times what a gate can bring, and no more. */
  private static void pause() {
    LockSupport.parkNanos(4_000_000);
  }

  /** Passages as they come: each has its own id and figures, and shares its access. */
  private static UsageEvent[] events() {
    PreparedAccess access = new PreparedAccess(Events.AGREED);
    UsageEvent[] events = new UsageEvent[64];
    for (int i = 0; i < events.length; i++) {
      events[i] =
          new UsageEvent(
              Events.TIME.plusMillis(i),
              LocalDate.parse("2026-11-25"),
              new UUID(0x0190000000007000L + i, 0x8000000000000000L + i).toString(),
              access,
              200,
              List.of(),
              Outcome.COMPLETE,
              i,
              2_000 + i,
              900 + i,
              "unknown",
              42,
              "0123456789abcdefABCDEF",
              false);
    }
    return events;
  }
}
