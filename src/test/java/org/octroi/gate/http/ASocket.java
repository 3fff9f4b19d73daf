package org.octroi.gate.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.ssl.SslContext;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.octroi.problem.Refusal;
import org.octroi.store.Transport;

/**
 * A gate's socket with somebody behind it who does as the first segment of the address says: {@code
 * echo} says what was asked and by whom, {@code wait} leaves the answer to the test, {@code read}
 * reads the body and says how long it is, {@code pour} answers without end as fast as it is taken,
 * {@code cut} begins and breaks off.
 */
@NullMarked
public final class ASocket implements AutoCloseable {

  private static final byte[] PIECE = new byte[16 * 1024];
  private static final int PIECES_AT_ONCE = 32;

  private int maxConnections = 100;
  private int maxPerClient = 50;
  private int maxBody = 4096;
  private Duration idle = Duration.ofSeconds(20);
  private Duration header = Duration.ofSeconds(20);
  private Duration body = Duration.ofSeconds(20);
  private Duration answer = Duration.ofMinutes(1);
  private Supplier<@Nullable SslContext> tls = () -> null;
  private boolean clearTextHttp2;
  private boolean behindProxy;
  private Transport transport = Transport.usable().getFirst();

  private @Nullable GateSocket socket;
  private int port;
  private final BlockingQueue<Taken> taken = new LinkedBlockingQueue<>();

  /** One request that is answered by and by, and what became of its client. */
  public static final class Taken implements Exchange.Listener, RequestBody.Reader {

    final Request request;
    final Exchange exchange;
    final AtomicInteger gone = new AtomicInteger();
    final AtomicLong poured = new AtomicLong();
    final AtomicLong received = new AtomicLong();
    final AtomicInteger pieces = new AtomicInteger();
    final List<Boolean> writable = new CopyOnWriteArrayList<>();
    final List<Refusal> failed = new CopyOnWriteArrayList<>();
    final AtomicInteger ended = new AtomicInteger();
    private volatile boolean slow;
    private boolean pouring;

    Taken(Request request, Exchange exchange) {
      this.request = request;
      this.exchange = exchange;
    }

    @Override
    public void writable(boolean now) {
      slow = !now;
      writable.add(now);
      if (now && poured.get() > 0) {
        pour();
      }
    }

    @Override
    public void gone() {
      gone.incrementAndGet();
    }

    /** A little at a time, as who answers shares the loop with all others. */
    private void pour() {
      for (int i = 0; i < PIECES_AT_ONCE && !slow && gone.get() == 0; i++) {
        poured.addAndGet(PIECE.length);
        exchange.piece(Unpooled.wrappedBuffer(PIECE));
      }
      if (!slow && gone.get() == 0 && !pouring) {
        pouring = true;
        then(
            () -> {
              pouring = false;
              pour();
            });
      }
    }

    @Override
    public void piece(ByteBuf bytes) {
      received.addAndGet(bytes.readableBytes());
      pieces.incrementAndGet();
      bytes.release();
    }

    @Override
    public void end() {
      ended.incrementAndGet();
      say("read " + received);
    }

    @Override
    public void failed(Refusal refusal) {
      failed.add(refusal);
      refuse(refusal, exchange);
    }

    void say(String what) {
      byte[] text = what.getBytes(StandardCharsets.UTF_8);
      exchange.head(200, new DefaultHttpHeaders(), OptionalLong.of(text.length));
      exchange.piece(Unpooled.wrappedBuffer(text));
      exchange.end();
    }

    /** Does something on the loop that everything about the request happens on. */
    void then(Runnable what) {
      exchange.loop().execute(what);
    }

    /** The same, after a time. */
    void later(long millis, Runnable what) {
      var _ = exchange.loop().schedule(what, millis, TimeUnit.MILLISECONDS);
    }
  }

  private final Responder responder =
      new Responder() {
        @Override
        public void serve(Request request, Exchange exchange) {
          Taken one = new Taken(request, exchange);
          switch (request.target().segments().isEmpty()
              ? ""
              : request.target().segments().getFirst()) {
            case "wait" -> {
              exchange.listen(one);
              taken.add(one);
            }
            case "read" -> {
              exchange.listen(one);
              taken.add(one);
              request.body().read(one);
            }
            case "pour" -> {
              taken.add(one);
              exchange.head(200, new DefaultHttpHeaders(), OptionalLong.empty());
              exchange.listen(one);
              one.pour();
            }
            case "cut" -> {
              exchange.head(200, new DefaultHttpHeaders(), OptionalLong.empty());
              exchange.piece(Unpooled.copiedBuffer("half", StandardCharsets.UTF_8));
              one.later(50, exchange::cut);
            }
            default ->
                one.say(
                    request.method()
                        + " "
                        + request.target().rest(0)
                        + " over "
                        + exchange.version()
                        + " by "
                        + exchange.client().address().getHostAddress()
                        + (exchange.client().secure() ? " in secret" : ""));
          }
        }

        @Override
        public void refuse(Refusal refusal, Exchange exchange) {
          ASocket.refuse(refusal, exchange);
        }

        @Override
        public void answered(int status, long bodyBytes, long nanos) {}
      };

  private static void refuse(Refusal refusal, Exchange exchange) {
    byte[] text = refusal.type().word().getBytes(StandardCharsets.UTF_8);
    exchange.head(refusal.type().status(), new DefaultHttpHeaders(), OptionalLong.of(text.length));
    exchange.piece(Unpooled.wrappedBuffer(text));
    exchange.end();
  }

  public ASocket atMost(int connections) {
    maxConnections = connections;
    return this;
  }

  public ASocket atMostOfOneClient(int connections) {
    maxPerClient = connections;
    return this;
  }

  public ASocket bodiesUpTo(int bytes) {
    maxBody = bytes;
    return this;
  }

  public ASocket resting(Duration most) {
    idle = most;
    return this;
  }

  public ASocket headersWithin(Duration most) {
    header = most;
    return this;
  }

  public ASocket bodiesWithin(Duration most) {
    body = most;
    return this;
  }

  public ASocket answersWithin(Duration most) {
    answer = most;
    return this;
  }

  public ASocket securedBy(Supplier<@Nullable SslContext> context) {
    tls = context;
    return this;
  }

  public ASocket speakingHttp2InTheClear() {
    clearTextHttp2 = true;
    return this;
  }

  public ASocket on(Transport kind) {
    transport = kind;
    return this;
  }

  /** Everybody on this machine is a trusted proxy. */
  public ASocket behindAProxy() {
    behindProxy = true;
    return this;
  }

  public ASocket open() {
    GateSocket opening =
        new GateSocket(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            transport,
            new WireLimits(
                maxConnections, maxPerClient, 8192, 16_384, maxBody, idle, header, body, answer),
            new WireProtocols(tls, clearTextHttp2, peer -> behindProxy && peer.isLoopbackAddress()),
            responder);
    port = opening.open();
    socket = opening;
    return this;
  }

  public int port() {
    return port;
  }

  /** The next request that was left to the test. */
  Taken taken() throws InterruptedException {
    Taken next = taken.poll(20, TimeUnit.SECONDS);
    if (next == null) {
      throw new AssertionError("no request came");
    }
    return next;
  }

  int openConnections() {
    return socket == null ? 0 : socket.openConnections();
  }

  void close(Duration grace) {
    if (socket != null) {
      socket.close(grace);
    }
  }

  @Override
  public void close() {
    close(Duration.ZERO);
  }
}
