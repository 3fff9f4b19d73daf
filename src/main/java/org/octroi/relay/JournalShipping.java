package org.octroi.relay;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.octroi.usage.JournalPart;
import org.octroi.usage.JournalPlace;
import org.octroi.usage.JournalPost;
import org.octroi.vocabulary.AtAGateByItself;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Sends a gate's journal to its desk as it grows, about once a second. The desk says how far it has
 * come, on its disk, and the gate goes on from there: what it said last is all that this class
 * keeps in mind. While the desk is away the journal waits on the gate's disk.
 */
@Component
@AtAGateByItself
final class JournalShipping implements SmartLifecycle {

  private static final Logger LOG = LoggerFactory.getLogger(JournalShipping.class);

  /** After the gate has written its last, before leases go back and the journal is closed. */
  private static final int PHASE = 500;

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final DeskLine line;
  private final JournalPost post;
  private final Duration interval;
  private final Counter failures;

  /** What the desk said last; null before it has said anything. */
  private volatile @Nullable JournalPlace has;

  /** Whether to ask it again, as a call has failed since. */
  private volatile boolean unsure;

  private volatile boolean failing;
  private volatile boolean running;
  private @Nullable Thread shipping;

  JournalShipping(
      DeskLine line, JournalPost post, DeskProperties properties, MeterRegistry metrics) {
    this.line = line;
    this.post = post;
    this.interval = properties.shipInterval();
    this.failures = metrics.counter("octroi.gate.desk.ship.failures");
    metrics.gauge("octroi.gate.desk.unsent.bytes", this, JournalShipping::unsentBytes);
  }

  private double unsentBytes() {
    JournalPlace place = has;
    return place == null ? Double.NaN : post.bytesBehind(place);
  }

  /** Whether what was appended does not reach the desk. */
  boolean isFailing() {
    return failing;
  }

  @Override
  public void start() {
    running = true;
    shipping = Thread.ofVirtual().name("gate-shipping").start(this::keepShipping);
  }

  private void keepShipping() {
    try {
      while (running) {
        Thread.sleep(interval);
        shipOrWait();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void shipOrWait() {
    try {
      ship();
      if (failing) {
        failing = false;
        LOG.info("Usage is sent to the desk again");
      }
    } catch (IOException | RuntimeException e) {
      unsure = true;
      failures.increment();
      if (!failing && running) {
        LOG.warn("Usage can't be sent to the desk; it waits in the journal: {}", e.toString());
      }
      failing = true;
    }
  }

  /** Sends all that has been appended so far. */
  private void ship() throws IOException {
    JournalPlace place = has;
    if (place == null || unsure) {
      place = line.ask(Question.JOURNAL_PLACE, new Question.OfJournal(post.id()), PATIENCE);
    }
    unsure = false;
    Optional<JournalPart> part = post.next(place);
    while (part.isPresent()) {
      JournalPlace next = line.ask(Question.JOURNAL_PART, part.get(), PATIENCE);
      if (next.equals(place)) {
        throw new IOException("the desk takes nothing at " + place);
      }
      place = next;
      has = place;
      part = post.next(place);
    }
    has = place;
    post.has(place);
  }

  /** Stops after all that was appended has been sent, if the desk answers. */
  @Override
  public void stop() {
    Thread thread = shipping;
    if (!running || thread == null) {
      return;
    }
    running = false;
    try {
      // A part under way is waited for, then the rest is sent from here.
      thread.join(interval.plus(PATIENCE));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    }
    shipOrWait();
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  @Override
  public int getPhase() {
    return PHASE;
  }
}
