package org.octroi.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.channel.DefaultEventLoop;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TurnstileTest {

  private final List<EventLoop> loops =
      List.of(new DefaultEventLoop(), new DefaultEventLoop(), new DefaultEventLoop());
  private final AtomicLong clock = new AtomicLong();
  private final List<String> heard = new CopyOnWriteArrayList<>();

  @AfterEach
  void stop() {
    loops.forEach(
        loop -> loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(5_000));
  }

  private Turnstile turnstile(int ways, int maxWaiting) {
    return new Turnstile(ways, maxWaiting, Duration.ofMillis(50), clock::get, loops.getLast());
  }

  /** Says its name, and whether it was told on its own loop. */
  private Turnstile.Visitor visitor(String name, EventLoop loop) {
    return new Turnstile.Visitor() {
      @Override
      public void letIn() {
        heard.add(name + (loop.inEventLoop() ? " in" : " on a foreign loop"));
      }

      @Override
      public void turnedAway() {
        heard.add(name + (loop.inEventLoop() ? " away" : " on a foreign loop"));
      }
    };
  }

  private Turnstile.Place queue(Turnstile turnstile, String name, EventLoop loop) {
    Turnstile.Place place = turnstile.queue(visitor(name, loop), loop);
    if (place == null) {
      throw new AssertionError(name + " found the queue full");
    }
    return place;
  }

  private void heard(String... expected) {
    await().atMost(Duration.ofSeconds(20)).until(() -> heard.size() >= expected.length);
    assertThat(heard).containsExactly(expected);
  }

  @Test
  void who_came_first_goes_first_each_on_its_own_loop() {
    Turnstile turnstile = turnstile(1, 3);
    assertThat(turnstile.tryEnter()).isTrue();
    queue(turnstile, "a", loops.get(0));
    queue(turnstile, "b", loops.get(1));
    assertThat(turnstile.tryEnter()).isFalse();

    turnstile.leave();
    heard("a in");
    turnstile.leave();
    heard("a in", "b in");
    turnstile.leave();

    assertThat(turnstile.inside()).isZero();
    assertThat(turnstile.waiting()).isZero();
  }

  @Test
  void nobody_overtakes_those_who_wait() {
    Turnstile turnstile = turnstile(1, 3);
    assertThat(turnstile.tryEnter()).isTrue();
    queue(turnstile, "a", loops.getFirst());

    turnstile.leave();

    assertThat(turnstile.tryEnter()).isFalse();
    heard("a in");
  }

  @Test
  void a_full_queue_takes_nobody_more() {
    Turnstile turnstile = turnstile(1, 1);
    assertThat(turnstile.tryEnter()).isTrue();
    queue(turnstile, "a", loops.getFirst());

    assertThat(turnstile.queue(visitor("b", loops.getFirst()), loops.getFirst())).isNull();
    assertThat(turnstile.waiting()).isEqualTo(1);
  }

  @Test
  void who_gives_up_makes_room_in_the_queue_and_is_not_called() {
    Turnstile turnstile = turnstile(1, 1);
    assertThat(turnstile.tryEnter()).isTrue();

    queue(turnstile, "a", loops.getFirst()).giveUp();
    queue(turnstile, "b", loops.getFirst());
    turnstile.leave();

    heard("b in");
  }

  @Test
  void who_waits_for_too_long_is_turned_away_and_the_next_has_its_full_time() {
    Turnstile turnstile = turnstile(1, 2);
    assertThat(turnstile.tryEnter()).isTrue();
    queue(turnstile, "a", loops.get(0));
    clock.addAndGet(Duration.ofMillis(30).toNanos());
    queue(turnstile, "b", loops.get(1));

    clock.addAndGet(Duration.ofMillis(20).toNanos());
    heard("a away");
    assertThat(turnstile.waiting()).isEqualTo(1);
    clock.addAndGet(Duration.ofMillis(30).toNanos());
    heard("a away", "b away");

    turnstile.leave();
    assertThat(turnstile.tryEnter()).isTrue();
  }

  @Test
  void a_loop_that_is_shut_down_keeps_nobody_out() {
    Turnstile turnstile = turnstile(1, 2);
    assertThat(turnstile.tryEnter()).isTrue();
    EventLoop gone = new DefaultEventLoop();
    queue(turnstile, "a", gone);
    queue(turnstile, "b", loops.getFirst());
    gone.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(5_000);

    turnstile.leave();

    heard("b in");
    assertThat(turnstile.inside()).isEqualTo(1);
  }

  @Test
  void among_many_threads_no_wake_up_is_lost_and_never_too_many_are_in() throws Exception {
    int visitors = 3_000;
    Turnstile turnstile =
        new Turnstile(3, visitors, Duration.ofHours(1), System::nanoTime, loops.getLast());
    AtomicInteger inside = new AtomicInteger();
    AtomicBoolean tooMany = new AtomicBoolean();
    CountDownLatch over = new CountDownLatch(visitors);
    Runnable visit =
        () -> {
          if (inside.incrementAndGet() > 3) {
            tooMany.set(true);
          }
          Thread.onSpinWait();
          inside.decrementAndGet();
          turnstile.leave();
          over.countDown();
        };
    List<Thread> threads = new ArrayList<>();
    for (EventLoop loop : loops) {
      threads.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    for (int i = 0; i < visitors / loops.size(); i++) {
                      arrive(turnstile, loop, visit, i % 7 == 0, over);
                    }
                  }));
    }

    assertThat(over.await(60, TimeUnit.SECONDS)).isTrue();
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(tooMany).isFalse();
    assertThat(turnstile.inside()).isZero();
    assertThat(turnstile.waiting()).isZero();
  }

  /** Goes in, or waits, or waits and gives up on its loop as a fetch does. */
  private static void arrive(
      Turnstile turnstile, EventLoop loop, Runnable visit, boolean hasty, CountDownLatch over) {
    loop.execute(
        () -> {
          if (turnstile.tryEnter()) {
            loop.execute(visit);
            return;
          }
          AtomicBoolean gone = new AtomicBoolean();
          Turnstile.Place place =
              turnstile.queue(
                  new Turnstile.Visitor() {
                    @Override
                    public void letIn() {
                      if (gone.get()) {
                        turnstile.leave();
                      } else {
                        visit.run();
                      }
                    }

                    @Override
                    public void turnedAway() {
                      throw new AssertionError("an hour has not passed");
                    }
                  },
                  loop);
          if (hasty && place != null) {
            gone.set(true);
            place.giveUp();
            over.countDown();
          }
        });
  }
}
