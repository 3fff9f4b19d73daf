package org.octroi.store;

import static org.awaitility.Awaitility.await;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A receiver that keeps what it hears, for a test's thread to look at. */
final class Heard implements StoreConnector.Receiver {

  private final AtomicReference<@Nullable StoreAnswer> head = new AtomicReference<>();
  private final AtomicReference<@Nullable StoreFailure> failure = new AtomicReference<>();
  private final AtomicLong rows = new AtomicLong(Long.MIN_VALUE);

  // Written by the event loop and read by the test: the synchronised one is meant.
  @SuppressWarnings("JdkObsolete")
  private final StringBuffer body = new StringBuffer();

  @Override
  public void head(StoreAnswer answer) {
    if (!head.compareAndSet(null, answer)) {
      throw new AssertionError("a second head");
    }
  }

  @Override
  public void body(ByteBuf piece) {
    body.append(piece.toString(StandardCharsets.UTF_8));
    piece.release();
  }

  @Override
  public void end(long count) {
    if (!rows.compareAndSet(Long.MIN_VALUE, count)) {
      throw new AssertionError("a second end");
    }
  }

  @Override
  public void failed(StoreFailure what) {
    failure.set(what);
  }

  int received() {
    return body.length();
  }

  boolean begun() {
    return head.get() != null;
  }

  /** What was answered, when it is all there. */
  Heard whole() {
    awaitTheEnd();
    if (failure.get() != null) {
      throw new AssertionError("failed: " + failure.get());
    }
    return this;
  }

  StoreFailure failure() {
    awaitTheEnd();
    StoreFailure heard = failure.get();
    if (heard == null) {
      throw new AssertionError("answered: " + head.get() + " " + body);
    }
    return heard;
  }

  /** Without the pause before the first look where it is over already. */
  private void awaitTheEnd() {
    if (!over()) {
      await().atMost(Duration.ofSeconds(20)).until(() -> over());
    }
  }

  private boolean over() {
    return failure.get() != null || rows.get() != Long.MIN_VALUE;
  }

  StoreAnswer answer() {
    StoreAnswer answer = head.get();
    if (answer == null) {
      throw new AssertionError("no head was heard");
    }
    return answer;
  }

  String text() {
    return body.toString();
  }

  long rows() {
    return rows.get();
  }
}
