package org.octroi.outbox;

import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.octroi.outbox.DueMessages.Taken;
import org.octroi.secret.Seal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.dao.DataAccessException;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Sends what is due: as soon as it was written, and at each further try. One virtual thread looks,
 * and each message goes on one of its own, so that a receiver that takes its time holds up one
 * place and no more.
 *
 * <p>A stop waits for those under way; what is not done by then is interrupted and given back. A
 * thread is interrupted only while it talks to a receiver, never while it writes to the database:
 * the embedded one would close its file.
 */
@Component
final class Courier implements SmartLifecycle {

  private static final Logger LOG = LoggerFactory.getLogger(Courier.class);

  /** After the web server has ended its requests, long before the database closes. */
  private static final int PHASE = 900;

  private static final int LAST_MOMENTS_MILLIS = 2_000;

  private final DueMessages due;
  private final Bell bell;
  private final Seal seal;
  private final OutboxProperties properties;
  private final MeterRegistry metrics;
  private final Map<Means, Carrier> carriers = new EnumMap<>(Means.class);
  private final Set<Trip> underWay = ConcurrentHashMap.newKeySet();

  private volatile boolean running;
  private volatile boolean givingBack;

  /** Whether more may be due than there was room for. */
  private volatile boolean crowded;

  private @Nullable Thread looking;
  private boolean failing;

  Courier(
      DueMessages due,
      Bell bell,
      Seal seal,
      List<Carrier> carriers,
      OutboxProperties properties,
      MeterRegistry metrics) {
    this.due = due;
    this.bell = bell;
    this.seal = seal;
    this.properties = properties;
    this.metrics = metrics;
    carriers.forEach(carrier -> this.carriers.put(carrier.means(), carrier));
  }

  @Override
  public synchronized void start() {
    if (looking == null) {
      running = true;
      looking = Thread.ofVirtual().name("outbox").start(this::run);
    }
  }

  private void run() {
    try {
      while (running) {
        try {
          look();
          if (failing) {
            failing = false;
            LOG.info("Messages are sent again");
          }
        } catch (DataAccessException e) {
          crowded = false;
          if (!failing) {
            failing = true;
            LOG.error("Messages can't be read from the database; trying again", e);
          }
        }
        if (!crowded || room() <= 0) {
          bell.await(properties.pollInterval());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private int room() {
    return properties.maxConcurrent() - underWay.size();
  }

  /** Sets out with what is due, as far as there is room. */
  void look() {
    int room = room();
    List<Taken> taken = room > 0 ? due.take(room) : List.of();
    crowded = taken.size() == room || room <= 0;
    for (Taken message : taken) {
      Trip trip = new Trip(message);
      underWay.add(trip);
      trip.thread.start();
    }
  }

  /** Waits until nothing is under way. */
  void awaitArrivals() throws InterruptedException {
    for (Trip trip : underWay) {
      trip.thread.join();
    }
  }

  @Scheduled(initialDelayString = "PT10M", fixedDelayString = "PT6H")
  void sweep() {
    int gone = due.sweep();
    if (gone > 0) {
      LOG.info("{} old messages of the outbox were deleted", gone);
    }
  }

  @Override
  public synchronized void stop() {
    running = false;
    bell.ring();
    try {
      if (looking != null) {
        looking.join();
        looking = null;
      }
      long deadline = System.nanoTime() + properties.stopTimeout().toNanos();
      for (Trip trip : underWay) {
        trip.thread.join(Math.max(1, (deadline - System.nanoTime()) / 1_000_000));
      }
      givingBack = true;
      underWay.forEach(Trip::interrupt);
      for (Trip trip : underWay) {
        trip.thread.join(LAST_MOMENTS_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      givingBack = false;
    }
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  @Override
  public int getPhase() {
    return PHASE;
  }

  /** One message on its way. */
  private final class Trip {

    private final Taken message;
    private final Thread thread;
    private boolean talking;

    Trip(Taken message) {
      this.message = message;
      this.thread = Thread.ofVirtual().name("outbox-" + message.id()).unstarted(this::go);
    }

    private void go() {
      try {
        talk();
        due.sent(message);
        count("sent");
      } catch (NotCarriedException e) {
        if (givingBack) {
          due.giveBack(message);
        } else if (e.isForGood() || message.tries() >= properties.maxTries()) {
          due.died(message, e.why());
          count("dead");
          LOG.warn(
              "Message {} ({} by {}) is a dead letter after {} tries: {}",
              message.id(),
              message.kind(),
              message.means().word(),
              message.tries(),
              e.why());
        } else {
          due.failed(message, e.why());
          count("failed");
        }
      } catch (DataAccessException e) {
        // Its lease ends, and it is tried again.
        LOG.error("What became of message {} can't be noted", message.id(), e);
      } finally {
        underWay.remove(this);
        if (crowded) {
          bell.ring();
        }
      }
    }

    private void talk() throws NotCarriedException {
      begin();
      try {
        Carrier carrier = carriers.get(message.means());
        if (carrier == null) {
          throw NotCarriedException.thisTime("nobody carries by " + message.means().word());
        }
        carrier.carry(message.id(), seal.open(Outbox.sealedFor(message.id()), message.sealed()));
      } catch (RuntimeException e) {
        LOG.error("Message {} met a fault of the desk", message.id(), e);
        throw NotCarriedException.thisTime(
            "a fault of the desk (" + e.getClass().getSimpleName() + "), see its log");
      } finally {
        end();
      }
    }

    private synchronized void begin() {
      talking = true;
    }

    private synchronized void end() {
      talking = false;
      // What was meant for the talk must not meet the database.
      Thread.interrupted();
    }

    synchronized void interrupt() {
      if (talking) {
        thread.interrupt();
      }
    }

    private void count(String outcome) {
      metrics
          .counter("octroi.outbox.messages", "means", message.means().word(), "outcome", outcome)
          .increment();
    }
  }
}
