package org.octroi.store;

import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.octroi.problem.Refusal;

/** A caller's body: comes in equal pieces, as fast as it is taken. */
final class ABody implements StoreCall.Body {

  private final String type;
  private final byte[] piece;
  private final int pieces;
  private final boolean lengthKnown;
  private final @Nullable Refusal breaksOff;

  final AtomicLong given = new AtomicLong();
  final AtomicLong pauses = new AtomicLong();
  private StoreCall.@Nullable BodyReader reader;
  private int next;
  private boolean paused;
  private boolean giving;

  private ABody(
      String type, byte[] piece, int pieces, boolean lengthKnown, @Nullable Refusal breaksOff) {
    this.type = type;
    this.piece = piece;
    this.pieces = pieces;
    this.lengthKnown = lengthKnown;
    this.breaksOff = breaksOff;
  }

  static ABody of(String text) {
    return new ABody("application/json", text.getBytes(StandardCharsets.UTF_8), 1, true, null);
  }

  static ABody ofPieces(int count, int bytes) {
    return new ABody("application/octet-stream", new byte[bytes], count, true, null);
  }

  /** Its length is not known before its end. */
  ABody inChunks() {
    return new ABody(type, piece, pieces, false, breaksOff);
  }

  /** One more piece should come, and this does instead, when the test says so. */
  ABody thenBreakingOff(Refusal refusal) {
    return new ABody(type, piece, pieces, lengthKnown, refusal);
  }

  @Override
  public String mediaType() {
    return type;
  }

  @Override
  public OptionalLong length() {
    long whole = (long) piece.length * (breaksOff == null ? pieces : pieces + 1);
    return lengthKnown ? OptionalLong.of(whole) : OptionalLong.empty();
  }

  @Override
  public void read(StoreCall.BodyReader wanted) {
    reader = wanted;
    give();
  }

  @Override
  public void pause() {
    paused = true;
    pauses.incrementAndGet();
  }

  @Override
  public void resume() {
    if (paused) {
      paused = false;
      give();
    }
  }

  private void give() {
    StoreCall.BodyReader to = reader;
    if (to == null || giving) {
      return;
    }
    giving = true;
    while (!paused && next < pieces) {
      next++;
      given.addAndGet(piece.length);
      to.piece(Unpooled.wrappedBuffer(piece));
    }
    if (!paused && next == pieces) {
      next++;
      if (breaksOff == null) {
        to.end();
      }
    }
    giving = false;
  }

  /** Does so; on the loop of who asks. */
  void breakOff() {
    if (reader == null || breaksOff == null) {
      throw new AssertionError("nobody reads it, or it does not break off");
    }
    reader.failed(breaksOff);
  }
}
