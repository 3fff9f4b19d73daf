package org.octroi.usage;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The disk of this machine, which can be told to keep others waiting, to fail, and to be full. A
 * bean of this takes the place of the real one, as the settings' {@code spring.main.sources} name
 * it.
 */
public final class StubbornDisk implements Disk {

  private static final long PLENTY = 1L << 40;

  private final LocalDisk real = new LocalDisk();
  private final AtomicInteger asked = new AtomicInteger();
  private boolean holding;
  private boolean failing;
  private volatile long free = PLENTY;

  /** From now on nothing is forced until it is let go. */
  public synchronized void hold() {
    holding = true;
  }

  /** What was held goes on. */
  public synchronized void letGo() {
    holding = false;
    notifyAll();
  }

  /** Whether forcing fails. */
  public synchronized void fail(boolean fails) {
    failing = fails;
  }

  /** Has so much free. */
  public void free(long bytes) {
    free = bytes;
  }

  /** Has plenty free again. */
  public void plenty() {
    free = PLENTY;
  }

  /** How often it was asked to force something. */
  public int asked() {
    return asked.get();
  }

  @Override
  public void allocate(Path file, long size) throws IOException {
    real.allocate(file, size);
  }

  @Override
  public void force(Segment segment, long from, long to) throws IOException {
    asked.incrementAndGet();
    synchronized (this) {
      while (holding) {
        try {
          wait();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new IOException(e);
        }
      }
      if (failing) {
        throw new IOException("the disk of this test fails");
      }
    }
    real.force(segment, from, to);
  }

  @Override
  public long free(Path folder) {
    return free;
  }
}
