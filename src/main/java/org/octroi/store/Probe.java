package org.octroi.store;

import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/**
 * Looks again and again whether a store whose circuit is open can be reached, so that no caller's
 * request is spent on finding out that it can't: opens a connection to the address that the wall
 * allows, and closes it. It asks nothing of the store, so it tells of the way there and not of the
 * answers; those are for the circuit's trial to find out.
 */
final class Probe implements BiConsumer<Circuit, Circuit.Open> {

  private final Reach reach;
  private final long intervalNanos;
  private final EventExecutor timer;

  /**
   * @param reach how a store is reached; may block, it is called on a virtual thread
   * @param interval how long to wait before each look
   */
  Probe(Reach reach, Duration interval, EventExecutor timer) {
    this.reach = reach;
    this.intervalNanos = interval.toNanos();
    this.timer = timer;
  }

  /** Whether something is there. */
  interface Reach {

    /** Tries to connect. */
    boolean isThere();

    /** By TCP, to an address that the wall lets through. */
    static Reach byTcp(AddressWall wall, String host, int port, Duration timeout) {
      return () -> {
        try (Socket socket = new Socket()) {
          socket.connect(wall.checked(host, port), (int) timeout.toMillis());
          return true;
        } catch (IOException | AddressWall.WalledException e) {
          // What is not there is the usual case here, and the circuit said already that it fails.
          return false;
        }
      };
    }
  }

  // Nobody waits for a look.
  @SuppressWarnings("FutureReturnValueIgnored")
  @Override
  public void accept(Circuit circuit, Circuit.Open open) {
    timer.schedule(
        () -> Thread.ofVirtual().name("store-probe").start(() -> look(circuit, open)),
        intervalNanos,
        TimeUnit.NANOSECONDS);
  }

  private void look(Circuit circuit, Circuit.Open open) {
    if (!circuit.isStill(open)) {
      return;
    }
    if (reach.isThere()) {
      open.reached();
    } else {
      accept(circuit, open);
    }
  }
}
