package org.octroi.usage;

import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.util.unit.DataSize;

/**
 * Says when the journal's disk is nearly full: {@code octroi.usage.disk.low} is 1, the process's
 * health is down (its readiness is not: the gate goes on), and the log says so once. Safe for many
 * threads.
 */
@Component("usageDiskHealthIndicator")
final class DiskWatch implements HealthIndicator {

  private static final Logger LOG = LoggerFactory.getLogger(DiskWatch.class);

  private final Disk disk;
  private final Path folder;
  private final DataSize reserve;

  private volatile long free = Long.MAX_VALUE;
  private volatile boolean low;

  @Autowired
  DiskWatch(UsageProperties properties, ObjectProvider<Disk> disk, MeterRegistry metrics) {
    this(properties, disk.getIfAvailable(LocalDisk::new), metrics);
  }

  DiskWatch(UsageProperties properties, Disk disk, MeterRegistry metrics) {
    this.disk = disk;
    this.folder = properties.journalFolder().toAbsolutePath();
    this.reserve = properties.diskReserve();
    metrics.gauge("octroi.usage.disk.free.bytes", this, watch -> watch.free);
    metrics.gauge("octroi.usage.disk.low", this, watch -> watch.low ? 1 : 0);
  }

  /** Looks how much is left. */
  @Scheduled(initialDelayString = "PT5S", fixedDelayString = "PT10S")
  synchronized void look() {
    try {
      free = disk.free(folder);
    } catch (IOException e) {
      LOG.warn("How much is free on the disk of {} can't be told: {}", folder, e.getMessage());
      return;
    }
    boolean now = free < reserve.toBytes();
    if (now && !low) {
      LOG.error(
          "The disk of {} has {} MB left, less than octroi.usage.disk-reserve ({} MB): the event"
              + " log waits, the journal goes on until a quarter of that is left, then the gate"
              + " refuses. Free some space.",
          folder,
          free >> 20,
          reserve.toMegabytes());
    } else if (!now && low) {
      LOG.info("The disk of {} has {} MB left again", folder, free >> 20);
    }
    low = now;
  }

  /** Whether less than the reserve is left. */
  boolean isLow() {
    return low;
  }

  @Override
  public Health health() {
    look();
    return (low ? Health.down() : Health.up())
        .withDetail("free", free)
        .withDetail("reserve", reserve.toBytes())
        .build();
  }
}
