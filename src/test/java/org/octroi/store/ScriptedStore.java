package org.octroi.store;

import static org.awaitility.Awaitility.await;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A connector that does what a test says, when it says so. */
final class ScriptedStore implements StoreConnector {

  private final List<Talk> talks = new CopyOnWriteArrayList<>();
  private final List<ByteBuf> given = new CopyOnWriteArrayList<>();
  private final AtomicInteger faults = new AtomicInteger();

  /** One fetch, as the store sees it. Its methods may be called by a test's thread. */
  final class Talk implements Fetching {
    private final StoreCall call;
    private final EventLoop loop;
    private final Receiver receiver;
    private volatile boolean paused;
    private volatile boolean cancelled;

    private Talk(StoreCall call, EventLoop loop, Receiver receiver) {
      this.call = call;
      this.loop = loop;
      this.receiver = receiver;
    }

    StoreCall call() {
      return call;
    }

    EventLoop loop() {
      return loop;
    }

    boolean isPaused() {
      return paused;
    }

    boolean isCancelled() {
      return cancelled;
    }

    Talk head(String... headers) {
      return head(OptionalLong.empty(), headers);
    }

    Talk head(OptionalLong length, String... headers) {
      Map<String, String> named = new java.util.HashMap<>();
      for (int i = 0; i < headers.length; i += 2) {
        named.put(headers[i], headers[i + 1]);
      }
      return tell(
          () ->
              receiver.head(
                  new StoreAnswer(
                      200,
                      "application/json",
                      length,
                      Optional.of("\"v1\""),
                      Optional.empty(),
                      named,
                      false)));
    }

    Talk body(String text) {
      return tell(
          () -> {
            ByteBuf piece = ByteBufUtil.writeUtf8(ByteBufAllocator.DEFAULT, text);
            given.add(piece);
            receiver.body(piece);
          });
    }

    Talk end() {
      return tell(() -> receiver.end(-1));
    }

    Talk failed(StoreFailure failure) {
      return tell(() -> receiver.failed(failure));
    }

    /** As a connector does: nothing more is said to whoever cancelled. */
    private Talk tell(Runnable what) {
      loop.submit(
              () -> {
                if (!cancelled) {
                  what.run();
                }
              })
          .syncUninterruptibly();
      return this;
    }

    @Override
    public void pause() {
      paused = true;
    }

    @Override
    public void resume() {
      paused = false;
    }

    @Override
    public void cancel() {
      cancelled = true;
    }
  }

  @Override
  public boolean speaks(StoreAddress address) {
    return !(address instanceof StoreAddress.Sql);
  }

  @Override
  public Fetching fetch(StoreCall call, EventLoop loop, Receiver receiver) {
    if (faults.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
      throw new UnsupportedOperationException("broken");
    }
    Talk talk = new Talk(call, loop, receiver);
    talks.add(talk);
    return talk;
  }

  /** The next so many fetches can't even begin. */
  void breakFor(int fetches) {
    faults.set(fetches);
  }

  int asked() {
    return talks.size();
  }

  /** The fetch of that number, counted from 0, when it has come. */
  Talk talk(int number) {
    await().atMost(Duration.ofSeconds(20)).until(() -> talks.size() > number);
    return talks.get(number);
  }

  /** Whether every piece that was given was let go of. */
  boolean allReleased() {
    return given.stream().allMatch(piece -> piece.refCnt() == 0);
  }
}
