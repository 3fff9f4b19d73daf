package org.octroi.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.octroi.obligation.Catalogue;
import org.octroi.store.StoreConnector.Fetching;
import org.octroi.vocabulary.AgreementNumber;
import org.octroi.vocabulary.Format;
import org.octroi.vocabulary.StoreId;

class SharedAnswersTest {

  private static final String[] FOR_A_MINUTE = {"cache-control", "max-age=60"};
  private static final AgreementNumber NUMBER = new AgreementNumber("AGR-0001");

  private final EventLoopGroup group =
      new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());
  private final EventLoop loop = group.next();
  private final EventLoop other = group.next();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final AtomicLong clock = new AtomicLong();
  private final ScriptedStore store = new ScriptedStore();
  private final StoreId id = StoreId.create();
  private final SharedAnswers answers = answers("256KB");

  @AfterEach
  void everyPieceIsLetGoOf() {
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(5_000);
    assertThat(store.allReleased()).isTrue();
  }

  private SharedAnswers answers(String entry) {
    return new SharedAnswers(
        store::fetch, Settings.of(Map.of("cache-entry", entry)), meters, clock::get);
  }

  private ACall call() {
    return ACall.to(new StoreAddress.Http(false, "127.0.0.1", 1, ""), "/items").of(id).shareable();
  }

  private Fetching begin(ACall call, EventLoop on, StoreConnector.Receiver receiver) {
    return begin(answers, call, on, receiver);
  }

  private static Fetching begin(
      SharedAnswers from, ACall call, EventLoop on, StoreConnector.Receiver receiver) {
    return on.submit(() -> from.fetch(call.call(), on, receiver)).syncUninterruptibly().getNow();
  }

  private Heard fetch(ACall call) {
    return fetch(call, loop);
  }

  private Heard fetch(ACall call, EventLoop on) {
    Heard heard = new Heard();
    begin(call, on, heard);
    return heard;
  }

  private static void on(EventLoop loop, Runnable what) {
    loop.submit(what).syncUninterruptibly();
  }

  private double counted(String result) {
    return meters.get("octroi.store.cache").tag("result", result).counter().count();
  }

  private void seconds(long count) {
    clock.addAndGet(Duration.ofSeconds(count).toNanos());
  }

  /** Asks so and has the store answer that; what is kept of it, a second call shows. */
  private void answered(ACall call, String body, String... headers) {
    int number = store.asked();
    Heard heard = fetch(call);
    store.talk(number).head(headers).body(body).end();
    assertThat(heard.whole().text()).isEqualTo(body);
  }

  @Test
  void what_the_store_lets_be_kept_is_served_with_its_age_until_it_is_too_old() {
    answered(call(), "one", "cache-control", "max-age=60", "age", "10", "vary", "Accept");

    seconds(49);
    Heard hit = fetch(call(), other).whole();
    assertThat(hit.text()).isEqualTo("one");
    assertThat(hit.rows()).isEqualTo(-1);
    assertThat(hit.answer().entityTag()).hasValue("\"v1\"");
    assertThat(hit.answer().length()).hasValue(3);
    assertThat(hit.answer().headers())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of("cache-control", "max-age=60", "age", "59", "vary", "Accept"));

    seconds(1);
    answered(call(), "two", FOR_A_MINUTE);
    assertThat(fetch(call()).whole().text()).isEqualTo("two");
    assertThat(counted("hit")).isEqualTo(2);
    assertThat(counted("miss")).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "no-store, max-age=60", "private, max-age=60", "no-cache"})
  void what_the_store_does_not_let_be_kept_is_fetched_each_time(String cacheControl) {
    answered(call(), "one", "cache-control", cacheControl);
    answered(call(), "two", "cache-control", cacheControl);
  }

  @Test
  void of_a_target_that_never_lets_anything_be_kept_nobody_waits_for_another_for_a_while() {
    StoreCall same = call().call();
    for (int i = 0; i < 8; i++) {
      fetch(same);
      store.talk(i).head("cache-control", "no-store").body("mine").end();
    }

    fetch(same);
    fetch(same);
    assertThat(store.asked()).isEqualTo(10);

    seconds(11);
    fetch(same);
    fetch(same);
    assertThat(store.asked()).isEqualTo(11);
  }

  private void fetch(StoreCall call) {
    on(loop, () -> answers.fetch(call, loop, new Heard()));
  }

  @Test
  void what_varies_by_more_than_is_known_here_is_fetched_each_time() {
    answered(call(), "one", "cache-control", "max-age=60", "vary", "Cookie");
    answered(call(), "two", "cache-control", "max-age=60", "vary", "*");
    assertThat(store.asked()).isEqualTo(2);
  }

  @Test
  void calls_that_could_be_answered_differently_are_kept_apart() {
    List<UnaryOperator<ACall>> ways =
        List.of(
            call -> call,
            call -> call.as(Format.CSV, Format.JSON),
            call -> call.sending("accept-language", "fr"),
            call -> call.sending("accept-language", "en"),
            call -> call.sending("accept-encoding", "gzip"),
            call -> call.taking("q").asking("q", "1"),
            call -> call.taking("q").asking("q", "2"),
            call -> call.taking("q").asking("q", "1", "2"),
            call -> call.taking("q").taking("r").asking("q", "1").asking("r", "1"),
            call -> call.taking("q").taking("r").asking("r", "1").asking("q", "1"),
            call -> call.withSubpath("/1"),
            call -> call.sealedBy("another credential"),
            call -> call.of(StoreId.create()),
            call -> call.under(NUMBER));
    for (int i = 0; i < ways.size(); i++) {
      // The same store each time, unless a way says otherwise.
      answered(ways.get(i).apply(call()), "way " + i, "cache-control", "s-maxage=60");
    }
    for (int i = 0; i < ways.size() - 2; i++) {
      assertThat(fetch(ways.get(i).apply(call())).whole().text()).isEqualTo("way " + i);
    }
    assertThat(store.asked()).isEqualTo(ways.size());
  }

  @Test
  void what_is_not_for_others_passes_by() {
    answered(call(), "kept", FOR_A_MINUTE);
    List<UnaryOperator<ACall>> ways =
        List.of(
            ACall::headOnly,
            call -> call.sending("range", "bytes=0-1"),
            call -> call.sending("if-range", "\"v1\"").sending("range", "bytes=0-1"),
            call -> call.sending("if-none-match", "\"v1\""),
            call -> call.sending("if-modified-since", "Sun, 01 Mar 2026 12:00:00 GMT"),
            call -> call.column("a", Catalogue.Type.TEXT).showing("a"),
            call -> call.column("a", Catalogue.Type.TEXT).atMost(5));
    for (int i = 0; i < ways.size(); i++) {
      answered(ways.get(i).apply(call()), "way " + i, FOR_A_MINUTE);
      answered(ways.get(i).apply(call()), "way " + i + " again", FOR_A_MINUTE);
    }
    ACall personal = ACall.to(new StoreAddress.Http(false, "127.0.0.1", 1, ""), "/items").of(id);
    answered(personal, "personal", FOR_A_MINUTE);
    assertThat(fetch(call()).whole().text()).isEqualTo("kept");
    assertThat(counted("pass")).isEqualTo(2 * ways.size() + 1);
  }

  @Test
  void an_answer_to_an_agreement_is_shared_only_where_the_store_says_that_it_is_for_all() {
    answered(call().under(NUMBER), "for one", "cache-control", "max-age=60");
    answered(call().under(NUMBER), "for all", "cache-control", "public, max-age=60");

    AgreementNumber another = new AgreementNumber("AGR-0002");
    assertThat(fetch(call().under(another)).whole().text()).isEqualTo("for all");
  }

  @Test
  void too_long_an_answer_is_not_kept_whether_it_says_so_or_not() {
    SharedAnswers small = answers("1KB");
    String text = "x".repeat(1025);
    for (OptionalLong length : List.of(OptionalLong.of(1025), OptionalLong.empty())) {
      int number = store.asked();
      for (int i = 0; i < 2; i++) {
        Heard heard = new Heard();
        begin(small, call(), loop, heard);
        store.talk(number + i).head(length, FOR_A_MINUTE).body(text).end();
        assertThat(heard.whole().text()).isEqualTo(text);
      }
    }
  }

  @Test
  void an_answer_that_is_not_whole_is_not_kept() {
    Heard shorter = fetch(call());
    store.talk(0).head(OptionalLong.of(10), FOR_A_MINUTE).body("short").end();
    shorter.whole();
    Heard broken = fetch(call());
    store.talk(1).head(FOR_A_MINUTE).body("sho").failed(new StoreFailure.Unavailable("broke off"));
    broken.failure();

    answered(call(), "whole", FOR_A_MINUTE);
  }

  @Test
  void a_cache_of_no_size_keeps_nothing_and_lets_nobody_wait() {
    SharedAnswers off =
        new SharedAnswers(store::fetch, Settings.of(Map.of("cache-size", "0")), meters, clock::get);
    for (int i = 0; i < 2; i++) {
      begin(off, call(), loop, new Heard());
    }
    assertThat(store.asked()).isEqualTo(2);
  }

  @Test
  void what_is_kept_is_served_as_its_reader_takes_it() {
    String text = "y".repeat(150_000);
    answered(call(), text, FOR_A_MINUTE);
    Heard heard = new Heard();
    List<Integer> sizes = new ArrayList<>();
    AtomicReference<@Nullable Fetching> mine = new AtomicReference<>();
    StoreConnector.Receiver reader =
        new StoreConnector.Receiver() {
          @Override
          public void head(StoreAnswer answer) {
            heard.head(answer);
          }

          @Override
          public void body(ByteBuf piece) {
            sizes.add(piece.readableBytes());
            assertThat(piece.isReadOnly()).isTrue();
            heard.body(piece);
            held(mine).pause();
          }

          @Override
          public void end(long rows) {
            heard.end(rows);
          }

          @Override
          public void failed(StoreFailure failure) {
            heard.failed(failure);
          }
        };
    on(loop, () -> mine.set(answers.fetch(call().call(), loop, reader)));
    await().until(() -> heard.received() == 65_536);
    on(loop, () -> held(mine).resume());
    await().until(() -> heard.received() == 131_072);
    on(loop, () -> held(mine).resume());

    assertThat(heard.whole().text()).isEqualTo(text);
    assertThat(sizes).containsExactly(65_536, 65_536, 18_928);
  }

  private static Fetching held(AtomicReference<@Nullable Fetching> mine) {
    Fetching fetching = mine.get();
    if (fetching == null) {
      throw new AssertionError("not begun");
    }
    return fetching;
  }

  @Test
  void who_leaves_in_the_middle_of_what_is_kept_hears_nothing_more() {
    answered(call(), "kept", FOR_A_MINUTE);
    Heard heard = new Heard();

    on(loop, () -> answers.fetch(call().call(), loop, heard).cancel());
    on(loop, () -> {});

    assertThat(heard.begun()).isFalse();
  }

  @Test
  void fifty_who_ask_the_same_at_once_are_one_to_the_store() {
    List<Heard> all = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      all.add(fetch(call(), i % 2 == 0 ? loop : other));
    }
    store.talk(0).head(FOR_A_MINUTE).body("for ").body("all").end();

    all.forEach(heard -> assertThat(heard.whole().text()).isEqualTo("for all"));
    assertThat(store.asked()).isEqualTo(1);
    assertThat(counted("coalesced")).isEqualTo(49);
    assertThat(counted("miss")).isEqualTo(1);
  }

  @Test
  void followers_go_their_own_way_when_the_answer_may_not_be_shared_or_fails() {
    Heard first = fetch(call());
    Heard second = fetch(call(), other);
    store.talk(0).head("cache-control", "no-store").body("first");

    store.talk(1).failed(new StoreFailure.Unavailable("down"));
    assertThat(second.failure()).isInstanceOf(StoreFailure.Unavailable.class);
    store.talk(0).end();
    assertThat(first.whole().text()).isEqualTo("first");

    Heard third = fetch(call());
    Heard fourth = fetch(call(), other);
    store.talk(2).failed(new StoreFailure.TimedOut("no answer"));
    assertThat(third.failure()).isInstanceOf(StoreFailure.TimedOut.class);
    store.talk(3).head().body("fourth").end();
    assertThat(fourth.whole().text()).isEqualTo("fourth");
  }

  @Test
  void a_leader_that_pauses_holds_no_follower_up() {
    Heard first = new Heard();
    Fetching leader = begin(call(), loop, first);
    Heard second = fetch(call(), other);

    on(loop, leader::pause);
    assertThat(store.talk(0).isPaused()).isFalse();
    store.talk(0).head(FOR_A_MINUTE).body("both").end();

    assertThat(second.whole().text()).isEqualTo("both");
  }

  @Test
  void a_leader_that_collects_nothing_any_more_heeds_its_reader() {
    Fetching leader = begin(call(), loop, new Heard());
    on(loop, leader::pause);

    store.talk(0).head();
    assertThat(store.talk(0).isPaused()).isTrue();
    on(loop, leader::resume);
    assertThat(store.talk(0).isPaused()).isFalse();
  }

  @Test
  void a_leader_whose_client_leaves_goes_on_for_its_followers() {
    Heard first = new Heard();
    Fetching leader = begin(call(), loop, first);
    Heard second = fetch(call(), other);
    store.talk(0).head(FOR_A_MINUTE).body("one");

    on(loop, leader::cancel);
    assertThat(store.talk(0).isCancelled()).isFalse();
    store.talk(0).body(" two").end();

    assertThat(second.whole().text()).isEqualTo("one two");
    assertThat(first.text()).isEqualTo("one");
    assertThat(store.asked()).isEqualTo(1);
  }

  @Test
  void a_leader_whose_client_left_stops_where_it_can_share_nothing() {
    Fetching leader = begin(call(), loop, new Heard());
    Heard second = fetch(call(), other);
    on(loop, leader::cancel);

    store.talk(0).head("cache-control", "private");
    assertThat(store.talk(0).isCancelled()).isTrue();
    store.talk(1).head().body("mine").end();
    assertThat(second.whole().text()).isEqualTo("mine");
  }

  @Test
  void a_leader_that_nobody_follows_stops_when_its_client_leaves() {
    Fetching leader = begin(call(), loop, new Heard());

    on(loop, leader::cancel);

    assertThat(store.talk(0).isCancelled()).isTrue();
    answered(call(), "next", FOR_A_MINUTE);
  }

  @Test
  void a_follower_that_leaves_is_told_nothing_and_the_others_all() {
    fetch(call());
    Heard second = new Heard();
    Fetching leaving = begin(call(), other, second);
    Heard third = fetch(call(), other);

    on(other, leaving::cancel);
    store.talk(0).head(FOR_A_MINUTE).body("rest").end();

    assertThat(third.whole().text()).isEqualTo("rest");
    assertThat(second.begun()).isFalse();
    assertThat(counted("coalesced")).isEqualTo(1);
  }

  @Test
  void a_follower_that_paused_is_served_when_it_resumes() {
    fetch(call());
    Heard second = new Heard();
    Fetching follower = begin(call(), other, second);
    on(other, follower::pause);
    store.talk(0).head(FOR_A_MINUTE).body("late").end();
    await().until(second::begun);
    assertThat(second.received()).isZero();

    on(other, follower::resume);

    assertThat(second.whole().text()).isEqualTo("late");
  }

  @Test
  void an_answer_that_trickles_keeps_nobody_waiting_for_long() {
    fetch(call());
    Heard second = fetch(call(), other);
    store.talk(0).head(FOR_A_MINUTE).body("1");
    assertThat(store.asked()).isEqualTo(1);

    seconds(3);
    store.talk(0).body("2");

    store.talk(1).head().body("own").end();
    assertThat(second.whole().text()).isEqualTo("own");
    store.talk(0).body("3").end();
    assertThat(fetch(call()).whole().text()).isEqualTo("123");
  }

  @Test
  void a_leader_that_can_not_begin_leaves_nothing_behind() {
    store.breakFor(1);

    assertThatThrownBy(() -> begin(call(), loop, new Heard()))
        .isInstanceOf(UnsupportedOperationException.class);
    answered(call(), "next", FOR_A_MINUTE);
  }

  @Test
  void a_follower_that_can_not_begin_is_told() {
    fetch(call());
    Heard second = fetch(call(), other);
    store.breakFor(1);

    store.talk(0).failed(new StoreFailure.Unavailable("down"));

    assertThat(second.failure()).isInstanceOf(StoreFailure.Unavailable.class);
  }
}
