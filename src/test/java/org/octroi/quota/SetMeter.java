package org.octroi.quota;

import io.github.bucket4j.TimeMeter;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** A meter of time that stands still until it is moved on. */
final class SetMeter implements TimeMeter {

  private final AtomicLong nanos = new AtomicLong();

  void goOn(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  @Override
  public long currentTimeNanos() {
    return nanos.get();
  }

  @Override
  public boolean isWallClockBased() {
    return false;
  }
}
