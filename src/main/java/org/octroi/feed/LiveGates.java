package org.octroi.feed;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.octroi.entitlement.Entitlements;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * The gates on other machines that this process hears from, and how far each of them has come. A
 * gate says so by what it asks for next: the news after change n, when n is in force there.
 *
 * <p>Safe for use by many threads.
 */
@Component
class LiveGates implements SmartLifecycle {

  /** A gate that has not asked again after so long is not waited for. */
  private static final long SILENT_NANOS = Duration.ofMillis(1500).toNanos();

  private static final Duration PROMISED = Duration.ofSeconds(1);

  /** So often a gate that waits for news is looked after in between. */
  private static final Duration SLICE = Duration.ofMillis(250);

  private final Entitlements entitlements;
  private final Clock clock;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition heard = lock.newCondition();
  private final Map<GateId, Line> lines = new HashMap<>();
  private volatile boolean running;

  LiveGates(Entitlements entitlements, Clock clock) {
    this.entitlements = entitlements;
    this.clock = clock;
  }

  private static final class Line {
    private long inForce = -1;
    private int asking;
    private long lastNanos;
    private Instant lastAt = Instant.EPOCH;
    private boolean late;
    private boolean turnedAway;
  }

  /** Why a gate that waited for news is answered. */
  enum Woken {
    ANSWER,
    TURNED_AWAY
  }

  /** Whether something that a waiting gate must be told is there. */
  interface News {
    boolean there();
  }

  /**
   * A gate asks for news, and waits here until there are some, or its patience is over.
   *
   * @param inForce up to which change of this process it has everything in force; negative where it
   *     has heard nothing of this process yet
   */
  Woken ask(GateId gate, long inForce, Duration patience, News other) throws InterruptedException {
    Line line = began(gate, inForce);
    try {
      long until = System.nanoTime() + patience.toNanos();
      while (running && entitlements.count() == inForce && !other.there() && !isTurnedAway(line)) {
        long left = until - System.nanoTime();
        if (left <= 0) {
          break;
        }
        entitlements.awaitMoreThan(
            inForce, left < SLICE.toNanos() ? Duration.ofNanos(left) : SLICE);
      }
      return isTurnedAway(line) ? Woken.TURNED_AWAY : Woken.ANSWER;
    } finally {
      ended(line);
    }
  }

  private Line began(GateId gate, long inForce) {
    lock.lock();
    try {
      Line line = lines.computeIfAbsent(gate, id -> new Line());
      line.inForce = inForce;
      line.asking++;
      line.late = false;
      line.turnedAway = false;
      line.lastAt = clock.instant().truncatedTo(ChronoUnit.MILLIS);
      heard.signalAll();
      return line;
    } finally {
      lock.unlock();
    }
  }

  private void ended(Line line) {
    lock.lock();
    try {
      line.asking--;
      line.lastNanos = System.nanoTime();
    } finally {
      lock.unlock();
    }
  }

  private boolean isTurnedAway(Line line) {
    lock.lock();
    try {
      return line.turnedAway;
    } finally {
      lock.unlock();
    }
  }

  /** It may not call any more: what it waits for is answered at once. */
  void turnAway(GateId gate) {
    lock.lock();
    try {
      Line line = lines.remove(gate);
      if (line != null) {
        line.turnedAway = true;
        heard.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until all that has changed up to now is in force at every gate that is there, one second
   * at most. A gate that let that pass is not waited for again before it is heard of.
   */
  void awaitInForce() {
    long wanted = entitlements.count();
    long left = PROMISED.toNanos();
    lock.lock();
    try {
      while (anyBehind(wanted) && left > 0) {
        left = heard.awaitNanos(left);
      }
      lines.values().stream()
          .filter(line -> isBehind(line, wanted))
          .forEach(line -> line.late = true);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
  }

  private boolean anyBehind(long wanted) {
    return lines.values().stream().anyMatch(line -> isBehind(line, wanted));
  }

  private static boolean isBehind(Line line, long wanted) {
    return !line.late
        && line.inForce < wanted
        && (line.asking > 0 || System.nanoTime() - line.lastNanos < SILENT_NANOS);
  }

  /**
   * How a gate stands.
   *
   * @param connected whether it is heard of
   * @param lastHeard when it asked for news last
   */
  record Standing(boolean connected, Instant lastHeard) {}

  /** How a gate stands, if this process has heard of it. */
  Optional<Standing> standing(GateId gate) {
    lock.lock();
    try {
      return Optional.ofNullable(lines.get(gate))
          .map(
              line ->
                  new Standing(
                      line.asking > 0 || System.nanoTime() - line.lastNanos < SILENT_NANOS,
                      line.lastAt));
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void start() {
    running = true;
  }

  /** Early, before the web server waits for the calls that are under way. */
  @Override
  public void stop() {
    running = false;
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  @Override
  public int getPhase() {
    return Integer.MAX_VALUE;
  }
}
