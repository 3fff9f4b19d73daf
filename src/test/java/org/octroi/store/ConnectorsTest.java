package org.octroi.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.octroi.problem.ProblemType;
import org.octroi.problem.Refusal;
import org.octroi.store.StoreConnector.Fetching;
import org.octroi.vocabulary.StoreId;

class ConnectorsTest {

  private final EventLoopGroup group =
      new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());
  private final EventLoop loop = group.next();
  private final EventLoop other = group.next();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final AtomicLong clock = new AtomicLong();
  private final ScriptedStore store = new ScriptedStore();
  private final StoreId id = StoreId.create();

  @AfterEach
  void stop() {
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(5_000);
  }

  private Connectors connectors(String... settings) {
    Map<String, String> named = new java.util.HashMap<>();
    for (int i = 0; i < settings.length; i += 2) {
      named.put(settings[i], settings[i + 1]);
    }
    StoreProperties properties = Settings.of(named);
    return new Connectors(
        List.of(store),
        new AddressWall(properties),
        properties,
        meters,
        clock::get,
        GlobalEventExecutor.INSTANCE);
  }

  private StoreCall call() {
    return ACall.to(new StoreAddress.Http(false, "127.0.0.1", 1, ""), "/").of(id).call();
  }

  private Fetching begin(Connectors connectors, EventLoop on, Heard heard) {
    return on.submit(() -> connectors.fetch(call(), on, heard)).syncUninterruptibly().getNow();
  }

  private Heard fetch(Connectors connectors) {
    Heard heard = new Heard();
    begin(connectors, loop, heard);
    return heard;
  }

  private long counted(String outcome) {
    return meters.get("octroi.store.fetch").tag("outcome", outcome).timer().count();
  }

  @Test
  void a_fetch_that_could_not_begin_takes_nobodys_place() {
    Connectors connectors = connectors("max-concurrent", "1", "max-waiting", "0");
    store.breakFor(3);

    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(() -> begin(connectors, loop, new Heard()))
          .isInstanceOf(UnsupportedOperationException.class);
    }

    Heard heard = fetch(connectors);
    store.talk(0).head().body("{}").end();
    assertThat(heard.whole().text()).isEqualTo("{}");
  }

  @Test
  void a_fetch_that_could_not_begin_after_waiting_is_told_and_takes_nobodys_place() {
    Connectors connectors = connectors("max-concurrent", "1");
    Heard first = fetch(connectors);
    Heard second = fetch(connectors);
    Heard third = fetch(connectors);
    store.breakFor(1);

    store.talk(0).head().end();

    assertThat(second.failure()).isInstanceOf(StoreFailure.Unavailable.class);
    store.talk(1).head().body("third").end();
    assertThat(third.whole().text()).isEqualTo("third");
    first.whole();
  }

  @Test
  void a_store_that_nobody_speaks_to_is_a_fault_each_time() {
    Connectors connectors = connectors();
    StoreCall call =
        ACall.to(
                new StoreAddress.Sql(StoreAddress.SqlEngine.H2, "localhost", 1, "city", "reader"),
                "parks")
            .of(StoreId.create())
            .call();

    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(() -> connectors.fetch(call, loop, new Heard()))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void every_ending_gives_the_place_to_the_next_on_its_own_loop() {
    Connectors connectors = connectors("max-concurrent", "1");
    List<Heard> heard = new ArrayList<>();
    List<Fetching> fetching = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      heard.add(new Heard());
      fetching.add(begin(connectors, i % 2 == 0 ? loop : other, heard.get(i)));
    }
    assertThat(store.asked()).isEqualTo(1);

    store.talk(0).head().end();
    assertThat(store.talk(1).loop()).isSameAs(other);
    store.talk(1).failed(new StoreFailure.Unreachable("down"));
    store.talk(2).failed(new StoreFailure.Refused(Refusal.of(ProblemType.NOT_FOUND)));
    store.talk(3);
    other.submit(fetching.get(3)::cancel).syncUninterruptibly();
    store.talk(4).head().failed(new StoreFailure.TimedOut("in the middle"));
    store.talk(5).head().body("last").end();

    assertThat(heard.get(5).whole().text()).isEqualTo("last");
    assertThat(store.talk(3).isCancelled()).isTrue();
    for (String outcome : List.of("served", "unavailable", "refused", "cancelled", "timed-out")) {
      assertThat(counted(outcome)).isPositive();
    }
    assertThat(meters.get("octroi.store.waiting").gauge().value()).isZero();
  }

  @Test
  void who_cancels_while_waiting_never_reaches_the_store() {
    Connectors connectors = connectors("max-concurrent", "1");
    fetch(connectors);
    Fetching second = begin(connectors, loop, new Heard());
    Heard third = fetch(connectors);

    loop.submit(second::cancel).syncUninterruptibly();
    store.talk(0).head().end();
    store.talk(1).head().body("third").end();

    assertThat(third.whole().text()).isEqualTo("third");
    assertThat(store.asked()).isEqualTo(2);
  }

  @Test
  void who_pauses_while_waiting_is_paused_when_its_turn_comes() {
    Connectors connectors = connectors("max-concurrent", "1");
    fetch(connectors);
    Fetching second = begin(connectors, loop, new Heard());

    loop.submit(second::pause).syncUninterruptibly();
    store.talk(0).head().end();

    await().until(() -> store.talk(1).isPaused());
  }

  @Test
  void who_waits_for_too_long_or_finds_the_queue_full_finds_the_store_busy() {
    Connectors connectors =
        connectors("max-concurrent", "1", "max-waiting", "1", "wait-timeout", "20ms");
    fetch(connectors);
    Heard second = fetch(connectors);
    Heard third = fetch(connectors);
    clock.addAndGet(Duration.ofMillis(20).toNanos());

    assertThat(third.failure()).isInstanceOf(StoreFailure.Busy.class);
    assertThat(second.failure()).isInstanceOf(StoreFailure.Busy.class);
    assertThat(counted("busy")).isEqualTo(2);

    store.talk(0).head().end();
    Heard fourth = fetch(connectors);
    store.talk(1).head().body("fourth").end();
    assertThat(fourth.whole().text()).isEqualTo("fourth");
  }

  @Test
  void nothing_is_heard_after_cancelling_and_no_piece_is_lost() {
    Connectors connectors = connectors();
    Heard heard = new Heard();
    Fetching fetching = begin(connectors, loop, heard);
    ScriptedStore.Talk talk = store.talk(0).head().body("one");
    loop.submit(fetching::cancel).syncUninterruptibly();

    talk.body("two").end();

    assertThat(heard.text()).isEqualTo("one");
    assertThat(store.allReleased()).isTrue();
    await().atMost(Duration.ofSeconds(5)).until(() -> counted("cancelled") == 1);
  }

  private double circuit() {
    return meters.get("octroi.store.circuit").tag("store", id.toString()).gauge().value();
  }

  @Test
  void a_store_that_fails_repeatedly_is_left_in_peace_and_tried_by_one() {
    Connectors connectors = connectors("circuit-failures", "2", "circuit-open", "5s");
    for (int i = 0; i < 2; i++) {
      Heard heard = fetch(connectors);
      store.talk(i).failed(new StoreFailure.TimedOut("no answer"));
      heard.failure();
    }
    assertThat(circuit()).isEqualTo(2);

    assertThat(fetch(connectors).failure())
        .isInstanceOfSatisfying(
            StoreFailure.LeftInPeace.class,
            told -> assertThat(told.what()).matches(".*is left in peace for [56] s"));
    assertThat(store.asked()).isEqualTo(2);

    clock.addAndGet(Duration.ofSeconds(6).toNanos());
    Heard trial = fetch(connectors);
    store.talk(2);
    assertThat(circuit()).isEqualTo(1);
    assertThat(fetch(connectors).failure()).isInstanceOf(StoreFailure.LeftInPeace.class);
    store.talk(2).head();
    assertThat(circuit()).isZero();

    Heard next = fetch(connectors);
    store.talk(3).head().body("back").end();
    assertThat(next.whole().text()).isEqualTo("back");
    store.talk(2).body("trial").end();
    assertThat(trial.whole().text()).isEqualTo("trial");
  }

  @Test
  void what_callers_do_opens_no_circuit() {
    Connectors connectors = connectors("circuit-failures", "1", "max-waiting", "0");
    List<StoreFailure> theirs =
        List.of(
            new StoreFailure.Refused(Refusal.of(ProblemType.NOT_FOUND)),
            new StoreFailure.Unshapeable("not JSON"),
            new StoreFailure.ReaderStalled(),
            new StoreFailure.Busy("asks for a pause"));
    for (int i = 0; i < theirs.size(); i++) {
      Heard heard = fetch(connectors);
      store.talk(i).failed(theirs.get(i));
      heard.failure();
    }
    Fetching cancelled = begin(connectors, loop, new Heard());
    loop.submit(cancelled::cancel).syncUninterruptibly();

    assertThat(circuit()).isZero();
  }

  @Test
  void a_trial_whose_caller_leaves_is_followed_by_another() {
    Connectors connectors = connectors("circuit-failures", "1");
    fetch(connectors);
    store.talk(0).failed(new StoreFailure.Unreachable("down"));
    clock.addAndGet(Duration.ofSeconds(6).toNanos());

    Fetching trial = begin(connectors, loop, new Heard());
    store.talk(1);
    loop.submit(trial::cancel).syncUninterruptibly();
    Heard next = fetch(connectors);
    store.talk(2).head().body("back").end();

    assertThat(next.whole().text()).isEqualTo("back");
    assertThat(circuit()).isZero();
  }

  @Test
  void a_file_that_is_not_there_closes_no_folder() {
    Connectors connectors = connectors("circuit-failures", "1");
    StoreCall file = ACall.to(new StoreAddress.Folder("root", ""), "file").of(id).call();
    Heard heard = new Heard();
    on(loop, () -> connectors.fetch(file, loop, heard));
    store.talk(0).failed(new StoreFailure.Unavailable("the file is not there"));
    heard.failure();

    assertThat(circuit()).isZero();
  }

  private static void on(EventLoop loop, Runnable what) {
    loop.submit(what).syncUninterruptibly();
  }
}
