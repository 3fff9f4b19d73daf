package org.octroi.gate;

import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.octroi.gate.http.Exchange;
import org.octroi.problem.ProblemType;
import org.octroi.problem.Refusal;
import org.octroi.store.StoreAnswer;
import org.octroi.store.StoreConnector.Fetching;
import org.octroi.store.StoreConnector.Receiver;
import org.octroi.store.StoreFailure;
import org.octroi.usage.UsageEvent.Outcome;
import org.octroi.usage.UsageJournal.JournalUnavailableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings one store's answer to its reader, and settles what it cost.
 *
 * <p>Two things are held back. Of a shaped answer the first 64 KB, so that an answer that can't be
 * shaped is a problem and not half an answer. And of every answer the byte that makes it whole,
 * until the passage is in the journal: the piece that reaches the length where it is known, else
 * the last one that came. So nobody has a whole answer that was not metered.
 */
final class Delivery implements Receiver, Exchange.Listener {

  private static final Logger LOG = LoggerFactory.getLogger(Delivery.class);

  private static final String CONTENT_RANGE = "content-range";
  private static final long HELD_BACK_BYTES = 64 * 1024;
  private static final long PROVISIONAL_EVERY_BYTES = 8 * 1024 * 1024;

  private final Passage passage;
  private final Answer answer;
  private final Meter meter;
  private final Exchange exchange;
  private final OptionalLong byteCap;

  private @Nullable Fetching fetching;
  private @Nullable StoreAnswer head;
  private final Deque<ByteBuf> held = new ArrayDeque<>();
  private long heldBytes;
  private boolean headLeft;
  private long bytesOut;
  private long provisionalAt = PROVISIONAL_EVERY_BYTES;
  private boolean over;

  Delivery(Passage passage, Answer answer, Meter meter) {
    this.passage = passage;
    this.answer = answer;
    this.meter = meter;
    this.exchange = passage.exchange();
    this.byteCap = passage.permit().obligations().byteCap();
  }

  /** The fetch is under way; it may even be over already. */
  void begin(Fetching underWay) {
    fetching = underWay;
    if (over) {
      underWay.cancel();
      return;
    }
    exchange.listen(this);
  }

  @Override
  public void head(StoreAnswer storeAnswer) {
    if (over) {
      return;
    }
    head = storeAnswer;
    if (Answer.hasItAlready(passage, storeAnswer)) {
      stopFetching();
      head = storeAnswer.notModified();
      end(-1);
      return;
    }
    if (storeAnswer.status() == 416) {
      stopFetching();
      String whole = storeAnswer.headers().get(CONTENT_RANGE);
      refuse(
          Refusal.of(ProblemType.RANGE_NOT_SATISFIABLE),
          true,
          whole == null ? Map.of() : Map.of(CONTENT_RANGE, whole));
      return;
    }
    if (byteCap.isPresent()
        && !passage.head()
        && storeAnswer.length().orElse(0) > byteCap.getAsLong()) {
      stopFetching();
      refuse(tooMuch(), true, Map.of());
    }
  }

  @Override
  public void body(ByteBuf piece) {
    if (over || head == null || passage.head() || !piece.isReadable()) {
      piece.release();
      return;
    }
    long left = byteCap.orElse(Long.MAX_VALUE) - bytesOut - heldBytes;
    boolean tooMuch = piece.readableBytes() > left;
    if (tooMuch) {
      piece.writerIndex(piece.readerIndex() + (int) left);
    }
    held.add(piece);
    heldBytes += piece.readableBytes();
    try {
      if (tooMuch) {
        cutAtTheCap();
      } else {
        release(head);
      }
    } catch (RuntimeException fault) {
      failed(fault);
    }
  }

  /**
   * All that the tier gives has come: so much leaves and no more, and it is seen not to be whole.
   */
  private void cutAtTheCap() {
    stopFetching();
    while (headLeft && !held.isEmpty()) {
      letPieceLeave(held.remove());
    }
    breakOff(tooMuch(), true);
  }

  /** Lets go of all that need not be held back. */
  private void release(StoreAnswer storeAnswer) {
    if (!headLeft) {
      if (storeAnswer.shaped() && heldBytes <= HELD_BACK_BYTES) {
        return;
      }
      letHeadLeave(storeAnswer, storeAnswer.length());
    }
    while (!held.isEmpty() && !makesWhole(held.getFirst(), storeAnswer)) {
      letPieceLeave(held.remove());
    }
  }

  private boolean makesWhole(ByteBuf piece, StoreAnswer storeAnswer) {
    return storeAnswer.length().isPresent()
        ? bytesOut + piece.readableBytes() >= storeAnswer.length().getAsLong()
        : held.size() == 1;
  }

  private void letHeadLeave(StoreAnswer storeAnswer, OptionalLong length) {
    answer.release(passage, storeAnswer, length);
    headLeft = true;
  }

  private void letPieceLeave(ByteBuf piece) {
    int bytes = piece.readableBytes();
    heldBytes -= bytes;
    bytesOut += bytes;
    exchange.piece(piece);
    if (bytesOut >= provisionalAt) {
      provisionalAt = bytesOut + PROVISIONAL_EVERY_BYTES;
      meter.provisional(passage, status(), bytesOut);
    }
  }

  @Override
  public void end(long rows) {
    if (over || head == null) {
      return;
    }
    try {
      finish(head, rows);
    } catch (RuntimeException fault) {
      failed(fault);
    }
  }

  private void finish(StoreAnswer storeAnswer, long rows) {
    long whole = bytesOut + heldBytes;
    if (!passage.head() && storeAnswer.length().orElse(whole) != whole) {
      failed(
          new StoreFailure.Unavailable(
              "it announced " + storeAnswer.length() + " bytes and sent " + whole));
      return;
    }
    meter.ended(passage, storeAnswer.status(), Outcome.COMPLETE, rows, whole);
    over = true;
    meter.whenSafe(
        passage, () -> letTheRestLeave(storeAnswer, Math.max(0, rows), whole), this::notSafe);
  }

  private void letTheRestLeave(StoreAnswer storeAnswer, long rows, long whole) {
    try {
      passage.settle(rows, whole);
      if (!headLeft) {
        boolean countable = !passage.head() && storeAnswer.status() != 304;
        letHeadLeave(storeAnswer, countable ? OptionalLong.of(whole) : storeAnswer.length());
      }
      while (held.size() > 1) {
        exchange.piece(held.remove());
      }
      if (held.isEmpty()) {
        exchange.end();
      } else {
        exchange.last(held.remove());
      }
    } catch (RuntimeException fault) {
      failed(fault);
    }
  }

  /**
   * The event is in the journal, and the disk does not take it: nothing that makes the answer whole
   * leaves. Should the record reach the disk after all it tells of an answer that nobody got, which
   * is the lesser evil.
   */
  private void notSafe(JournalUnavailableException unavailable) {
    log(unavailable);
    drop();
    passage.giveBack();
    if (bytesOut > 0) {
      exchange.cut();
    } else {
      // A head waits for what comes with it, and gives way to another till then.
      answer.refuseAfterItsEvent(passage, Refusal.of(ProblemType.LEDGER_UNAVAILABLE));
    }
  }

  @Override
  public void failed(StoreFailure failure) {
    if (over) {
      return;
    }
    if (!(failure instanceof StoreFailure.Refused || failure instanceof StoreFailure.LeftInPeace)) {
      LOG.atWarn()
          .addKeyValue("request", passage.id())
          .addKeyValue("store", passage.routed().distribution().target().store())
          .addKeyValue("failure", failure)
          .log("A store's answer came to nothing");
    }
    if (failure instanceof StoreFailure.ReaderStalled) {
      abandon(Outcome.CANCELLED, true);
      exchange.cut();
    } else if (headLeft) {
      abandon(Outcome.CUT, false);
      exchange.cut();
    } else {
      refuse(refusal(failure), callersDoing(failure), Map.of());
    }
  }

  @Override
  public void writable(boolean writable) {
    if (!over && fetching != null) {
      if (writable) {
        fetching.resume();
      } else {
        fetching.pause();
      }
    }
  }

  @Override
  public void gone() {
    if (over) {
      return;
    }
    stopFetching();
    abandon(Outcome.CANCELLED, true);
  }

  /** The answer can't be finished: a problem where nothing has left yet, else a clean break. */
  private void breakOff(Refusal refusal, boolean readersDoing) {
    if (!headLeft) {
      refuse(refusal, readersDoing, Map.of());
      return;
    }
    abandon(Outcome.CUT, readersDoing);
    exchange.cut();
  }

  /**
   * A fetch that failed by the caller's doing was asked of the store like any other and costs its
   * request, or a store could be asked without end; one that failed by the store's or ours is free.
   */
  private void refuse(Refusal refusal, boolean callersDoing, Map<String, String> fields) {
    over = true;
    drop();
    if (callersDoing) {
      passage.settle(0, 0);
    } else {
      passage.giveBack();
    }
    answer.refuse(passage, refusal, fields);
  }

  /**
   * Whoever breaks an answer off has read rows that nobody counted: they cost what was set aside
   * for them, or a quota of rows could be dodged by hanging up.
   */
  private void abandon(Outcome outcome, boolean readersDoing) {
    over = true;
    drop();
    long rows = readersDoing && bytesOut > 0 ? passage.paid().reserve().rows() : 0;
    passage.settle(rows, bytesOut);
    try {
      meter.ended(passage, headLeft ? status() : Meter.CLIENT_GONE, outcome, -1, bytesOut);
    } catch (JournalUnavailableException unavailable) {
      log(unavailable);
    }
  }

  /**
   * A fault of ours ends this answer and no other. Where the journal is what failed, nothing may be
   * served that can't be metered.
   */
  private void failed(RuntimeException fault) {
    log(fault);
    stopFetching();
    if (over) {
      // Its event is in the journal already, and one is enough: the reader sees that it is cut.
      drop();
      exchange.cut();
      return;
    }
    breakOff(
        Refusal.of(
            fault instanceof JournalUnavailableException
                ? ProblemType.LEDGER_UNAVAILABLE
                : ProblemType.INTERNAL_FAULT),
        false);
  }

  private void log(RuntimeException fault) {
    LOG.atError()
        .addKeyValue("request", passage.id())
        .setCause(fault)
        .log("An answer could not be brought to its end");
  }

  private void stopFetching() {
    if (fetching != null) {
      fetching.cancel();
    }
  }

  private void drop() {
    while (!held.isEmpty()) {
      held.remove().release();
    }
    heldBytes = 0;
  }

  private int status() {
    return head == null ? Meter.CLIENT_GONE : head.status();
  }

  private Refusal tooMuch() {
    return Refusal.of(ProblemType.TIER_FORBIDS, byteCap.orElse(0) + " bytes")
        .with("reasons", List.of("tier-forbids-volume"));
  }

  private static boolean callersDoing(StoreFailure failure) {
    return switch (failure) {
      case StoreFailure.Refused refused -> true;
      case StoreFailure.Unshapeable unshapeable -> true;
      case StoreFailure.ReaderStalled stalled -> true;
      case StoreFailure.Unreachable unreachable -> false;
      case StoreFailure.LeftInPeace left -> false;
      case StoreFailure.Unavailable unavailable -> false;
      case StoreFailure.TimedOut timedOut -> false;
      case StoreFailure.Busy busy -> false;
    };
  }

  private static Refusal refusal(StoreFailure failure) {
    return switch (failure) {
      case StoreFailure.Unreachable unreachable -> Refusal.of(ProblemType.STORE_UNAVAILABLE);
      case StoreFailure.LeftInPeace left -> Refusal.of(ProblemType.STORE_UNAVAILABLE);
      case StoreFailure.Unavailable unavailable -> Refusal.of(ProblemType.STORE_UNAVAILABLE);
      case StoreFailure.TimedOut timedOut -> Refusal.of(ProblemType.STORE_TIMEOUT);
      case StoreFailure.ReaderStalled stalled -> Refusal.of(ProblemType.REQUEST_TIMEOUT);
      case StoreFailure.Busy busy -> Refusal.of(ProblemType.STORE_BUSY);
      case StoreFailure.Unshapeable unshapeable -> Refusal.of(ProblemType.UNSHAPEABLE_ANSWER);
      case StoreFailure.Refused refused -> refused.refusal();
    };
  }
}
