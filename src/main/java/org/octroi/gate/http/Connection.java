package org.octroi.gate.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.octroi.problem.ProblemType;
import org.octroi.problem.Refusal;
import org.octroi.store.LoopTurn;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client's connection, or one stream of an HTTP/2 connection: takes its requests one after the
 * other and lets each be answered before the next is looked at, so that answers leave in the order
 * of the requests (RFC 9112 §9.3.2).
 *
 * <p>While a request is answered the socket is still read, so that a client that goes away is
 * noticed; a request that comes meanwhile waits, and with it the reading stops. The body of a
 * method that has a use for one is handed on as it arrives; of any other it is read and thrown away
 * first. One clock watches over the connection: how long it may rest, how long a request may take
 * to arrive, how long an answer may stay unread, and how long it may take altogether. On its event
 * loop only.
 */
// What comes of closing, writing or a timer is told to the handlers, so their futures are not kept.
@SuppressWarnings("FutureReturnValueIgnored")
final class Connection extends ChannelInboundHandlerAdapter {

  private static final Logger LOG = LoggerFactory.getLogger(Connection.class);

  /** How long a refused client may go on sending before its words are lost to it. */
  private static final Duration LINGER = Duration.ofSeconds(2);

  /** How long a connection still rests where the server is closing. */
  private static final Duration LAST_REST = Duration.ofSeconds(1);

  /** Methods whose body means nothing (RFC 9110 §9.3): GET, HEAD, DELETE, OPTIONS, TRACE. */
  private static final Set<HttpMethod> BODY_MEANS_NOTHING =
      Set.of(
          HttpMethod.GET, HttpMethod.HEAD, HttpMethod.DELETE, HttpMethod.OPTIONS, HttpMethod.TRACE);

  /** Stands for a request of which not even the head arrived. */
  private static final HttpRequest NOT_READ =
      new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/");

  private enum Waiting {
    /** For nothing that the client must do. */
    FOR_NOTHING,
    /** For the first byte of a request. */
    FOR_A_REQUEST,
    /** For the rest of a request. */
    FOR_THE_REST,
    /** For the client to read. */
    FOR_THE_READER,
    /** For the client to hear why it was refused, and to close. */
    FOR_THE_END
  }

  private final Channel channel;
  private final Client client;
  private final WireLimits limits;
  private final Responder responder;
  private final GateSocket socket;

  /** Whether this is a stream of an HTTP/2 connection, which carries one request. */
  private final boolean stream;

  private final Deque<HttpObject> queue = new ArrayDeque<>();

  private @Nullable HttpRequest receiving;
  private long receivedBody;
  private @Nullable Body body;
  private @Nullable Exchange answering;
  private final Runnable flush = this::flushIfDue;
  private boolean flushIsDue;
  private boolean goingOn;
  private boolean closed;

  /** The address that was read last: clients ask for the same one again and again. */
  private String latestAddress = "";

  private Optional<RequestTarget> latestTarget = Optional.empty();

  private Waiting waiting = Waiting.FOR_NOTHING;
  private long deadlineNanos;
  private long answerDeadlineNanos;
  private long clockNanos;
  private @Nullable Future<?> clock;

  Connection(
      Channel channel,
      Client client,
      boolean stream,
      WireLimits limits,
      Responder responder,
      GateSocket socket) {
    this.channel = channel;
    this.client = client;
    this.stream = stream;
    this.limits = limits;
    this.responder = responder;
    this.socket = socket;
  }

  EventLoop loop() {
    return channel.eventLoop();
  }

  Client client() {
    return client;
  }

  boolean isStream() {
    return stream;
  }

  boolean writable() {
    return channel.isWritable();
  }

  /** Whether the connection may serve another request after this one. */
  boolean mayGoOn() {
    return !socket.closing() && waiting != Waiting.FOR_THE_END && body == null;
  }

  /** Bytes came, whatever they are. */
  void bytesArrived() {
    if (waiting == Waiting.FOR_A_REQUEST) {
      await(Waiting.FOR_THE_REST, limits.headerTimeout());
    }
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    if (channel.isActive()) {
      begin();
    }
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    begin();
  }

  private void begin() {
    if (waiting == Waiting.FOR_NOTHING && answering == null) {
      await(Waiting.FOR_A_REQUEST, limits.idleTimeout());
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (waiting == Waiting.FOR_THE_END || !(message instanceof HttpObject part)) {
      ReferenceCountUtil.release(message);
    } else if (queue.isEmpty() && body != null && body.flows()) {
      take(part);
    } else if (answering != null || !queue.isEmpty()) {
      queue.add(part);
      channel.config().setAutoRead(false);
    } else {
      take(part);
    }
  }

  private void take(HttpObject message) {
    if (message instanceof HttpRequest head) {
      begin(head);
    }
    if (message instanceof HttpContent content) {
      try {
        receive(content);
      } finally {
        content.release();
      }
    }
  }

  private void begin(HttpRequest head) {
    Optional<Refusal> refusal = Framing.refusal(head, limits.maxUriBytes());
    if (refusal.isPresent()) {
      refuse(head, refusal.get());
      return;
    }
    if (HttpUtil.getContentLength(head, 0L) > limits.maxBodyBytes()) {
      refuse(head, tooLarge());
      return;
    }
    receivedBody = 0;
    if (hasBody(head) && !BODY_MEANS_NOTHING.contains(head.method())) {
      body = new Body(HttpUtil.is100ContinueExpected(head));
      await(Waiting.FOR_THE_REST, limits.bodyTimeout());
      answer(head, body);
      return;
    }
    receiving = head;
    if (HttpUtil.is100ContinueExpected(head)) {
      sendContinue();
    }
    await(Waiting.FOR_THE_REST, limits.bodyTimeout());
  }

  private static boolean hasBody(HttpRequest head) {
    return head.headers().contains(HttpHeaderNames.TRANSFER_ENCODING)
        || HttpUtil.getContentLength(head, 0L) > 0;
  }

  private void sendContinue() {
    channel.writeAndFlush(
        new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE));
  }

  private Refusal tooLarge() {
    return Refusal.of(ProblemType.PAYLOAD_TOO_LARGE, limits.maxBodyBytes());
  }

  private void receive(HttpContent content) {
    if (body != null) {
      body.take(content);
      return;
    }
    @Nullable HttpRequest head = receiving;
    if (head == null) {
      return;
    }
    receivedBody += content.content().readableBytes();
    if (content.decoderResult().isFailure()) {
      refuse(head, Framing.brokenBody(content.decoderResult().cause()));
    } else if (receivedBody > limits.maxBodyBytes()) {
      refuse(head, tooLarge());
    } else if (content instanceof LastHttpContent) {
      receiving = null;
      await(Waiting.FOR_NOTHING, Duration.ZERO);
      answer(head, RequestBody.NONE);
    }
  }

  private void answer(HttpRequest head, RequestBody itsBody) {
    Optional<RequestTarget> target = target(head.uri());
    // Who sends an address that is none may be trying what else passes: that ends the connection.
    Exchange exchange = new Exchange(this, head, target.isPresent());
    answering = exchange;
    answerDeadlineNanos = System.nanoTime() + limits.answerTimeout().toNanos();
    if (target.isPresent()) {
      Request request = new Request(head.method().name(), target.get(), head.headers(), itsBody);
      // When all that has arrived is read and decoded: the same kind of work for many requests
      // in a row finds its code in the processor's caches.
      loop()
          .execute(
              () -> {
                if (exchange.equals(answering)) {
                  responder.serve(request, exchange);
                }
              });
    } else {
      responder.refuse(Refusal.of(ProblemType.MALFORMED_REQUEST, "address"), exchange);
    }
  }

  private Optional<RequestTarget> target(String address) {
    if (!address.equals(latestAddress)) {
      latestTarget = RequestTarget.of(address);
      latestAddress = address;
    }
    return latestTarget;
  }

  /** Where the next request begins can't be told any more: says why, and closes. */
  private void refuse(HttpRequest head, Refusal refusal) {
    receiving = null;
    if (!channel.isActive()) {
      return;
    }
    Exchange exchange = new Exchange(this, head, false);
    answering = exchange;
    await(Waiting.FOR_THE_END, LINGER);
    responder.refuse(refusal, exchange);
  }

  void write(HttpObject part) {
    if (stream) {
      channel.write(part);
    } else {
      channel.write(part, channel.voidPromise());
    }
  }

  /** Flushes at the end of this turn of the loop: what belongs together leaves together. */
  void flushSoon() {
    if (!flushIsDue) {
      flushIsDue = true;
      LoopTurn.atEnd(loop(), flush);
    }
  }

  private void flushIfDue() {
    if (flushIsDue) {
      flushIsDue = false;
      channel.flush();
    }
  }

  void end(LastHttpContent last, boolean keepAlive) {
    ChannelFuture written = channel.write(last);
    flushSoon();
    if (waiting != Waiting.FOR_THE_END) {
      await(Waiting.FOR_THE_READER, limits.idleTimeout());
    }
    written.addListener(done -> ended(written, keepAlive));
  }

  private void ended(ChannelFuture written, boolean keepAlive) {
    answering = null;
    if (!written.isSuccess()) {
      hangUp();
    } else if (stream) {
      endStream();
    } else if (keepAlive) {
      next();
    } else {
      linger();
    }
  }

  /** A stream is over when both sides said their last; what a client still sends is not wanted. */
  private void endStream() {
    await(Waiting.FOR_THE_END, LINGER);
    if (body != null) {
      hangUp();
    }
  }

  void cut(boolean byReset) {
    answering = null;
    if (byReset && !stream) {
      // Where the end of the body is the end of the connection, only a reset says "not whole".
      channel.config().setOption(ChannelOption.SO_LINGER, 0);
    }
    if (stream) {
      channel.flush();
      hangUp();
    } else {
      // What was written leaves first, if the client takes it: it may still be on its way out.
      await(Waiting.FOR_THE_END, LINGER);
      channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(left -> hangUp());
    }
  }

  void answered(int status, long bodyBytes, long nanos) {
    responder.answered(status, bodyBytes, nanos);
  }

  /** On to the next request; not one inside the other, however many came at once. */
  private void next() {
    await(Waiting.FOR_A_REQUEST, limits.idleTimeout());
    if (goingOn) {
      return;
    }
    goingOn = true;
    while (answering == null && !queue.isEmpty()) {
      bytesArrived();
      if (waiting == Waiting.FOR_THE_END) {
        ReferenceCountUtil.release(queue.poll());
      } else {
        take(queue.remove());
      }
    }
    goingOn = false;
    if (queue.isEmpty()) {
      channel.config().setAutoRead(true);
      closeIfClosing();
    }
  }

  /**
   * Closes. A stream that is closed forgets what was still to be written and so has room again, of
   * which nobody must hear.
   */
  private void hangUp() {
    closed = true;
    channel.close();
  }

  /**
   * Where the server is closing, a busy connection closes after its answer, which says so. One that
   * rests may carry a request that is on its way: it rests a little longer.
   */
  void closeIfClosing() {
    if (socket.closing() && waiting == Waiting.FOR_A_REQUEST) {
      await(Waiting.FOR_A_REQUEST, LAST_REST);
    }
  }

  /**
   * Closes our side and reads on for a little: closing with unread bytes in the socket would make
   * the kernel send a reset, and that can take our last words away from the client (RFC 9112 §9.6).
   */
  private void linger() {
    body = null;
    releaseQueue();
    if (waiting != Waiting.FOR_THE_END) {
      await(Waiting.FOR_THE_END, LINGER);
    }
    if (channel instanceof DuplexChannel duplex && !client.secure()) {
      duplex.shutdownOutput().addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
      channel.config().setAutoRead(true);
    } else {
      // TLS says by its own close_notify that nothing is missing.
      hangUp();
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (answering != null && !closed) {
      if (channel.isWritable() && waiting == Waiting.FOR_THE_READER) {
        await(body == null ? Waiting.FOR_NOTHING : Waiting.FOR_THE_REST, limits.bodyTimeout());
      } else if (!channel.isWritable()
          && (waiting == Waiting.FOR_NOTHING || waiting == Waiting.FOR_THE_REST)) {
        await(Waiting.FOR_THE_READER, limits.idleTimeout());
      }
      answering.clientWritable(channel.isWritable());
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    if (clock != null) {
      clock.cancel(false);
    }
    @Nullable Exchange unfinished = answering;
    answering = null;
    body = null;
    waiting = Waiting.FOR_NOTHING;
    releaseQueue();
    if (unfinished != null) {
      unfinished.clientGone();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (!(cause instanceof IOException) && !ClientFaults.contains(cause)) {
      LOG.atError().setCause(cause).log("A connection of the gate failed and was closed");
    }
    hangUp();
  }

  private void releaseQueue() {
    for (HttpObject left : queue) {
      ReferenceCountUtil.release(left);
    }
    queue.clear();
  }

  private void await(Waiting what, Duration atMost) {
    waiting = what;
    if (what == Waiting.FOR_NOTHING) {
      return;
    }
    deadlineNanos = System.nanoTime() + atMost.toNanos();
    if (clock == null || deadlineNanos - clockNanos < 0) {
      wind(atMost.toNanos());
    }
  }

  /** The clock is wound when it has run out, and not anew for each request. */
  private void wind(long nanos) {
    if (clock != null) {
      clock.cancel(false);
    }
    clockNanos = System.nanoTime() + nanos;
    clock = loop().schedule(this::look, nanos, TimeUnit.NANOSECONDS);
  }

  private void look() {
    clock = null;
    if (!channel.isActive()) {
      return;
    }
    long now = System.nanoTime();
    if (answering != null && answerDeadlineNanos - now <= 0) {
      hangUp();
      return;
    }
    long left =
        waiting == Waiting.FOR_NOTHING ? limits.idleTimeout().toNanos() : deadlineNanos - now;
    if (answering != null) {
      left = Math.min(left, answerDeadlineNanos - now);
    }
    if (left > 0) {
      wind(left);
    } else if (waiting == Waiting.FOR_THE_REST) {
      tooSlow();
    } else {
      hangUp();
    }
  }

  private void tooSlow() {
    Refusal refusal = Refusal.of(ProblemType.REQUEST_TIMEOUT);
    if (body == null) {
      refuse(receiving == null ? NOT_READ : receiving, refusal);
    } else if (body.flows()) {
      body.fail(refusal);
    } else {
      // It is we who do not take more of it.
      await(Waiting.FOR_THE_REST, limits.bodyTimeout());
    }
  }

  /** The body of the request that is answered now. */
  private final class Body implements RequestBody {

    private final boolean continueExpected;
    private @Nullable Reader reader;
    private boolean paused;

    Body(boolean continueExpected) {
      this.continueExpected = continueExpected;
    }

    /** Whether what arrives is taken at once. */
    boolean flows() {
      return reader != null && !paused;
    }

    @Override
    public boolean isPresent() {
      return true;
    }

    @Override
    public void read(Reader wanted) {
      reader = wanted;
      if (continueExpected && queue.isEmpty() && receivedBody == 0) {
        sendContinue();
      }
      flow();
    }

    @Override
    public void pause() {
      paused = true;
    }

    @Override
    public void resume() {
      if (paused) {
        paused = false;
        flow();
      }
    }

    private void flow() {
      while (body == this && flows() && !queue.isEmpty()) {
        Connection.this.take(queue.remove());
      }
      if (body == this && flows()) {
        channel.config().setAutoRead(true);
      }
    }

    /** A part of it; the caller releases it. */
    private void take(HttpContent content) {
      @Nullable Reader to = reader;
      if (to == null) {
        return;
      }
      receivedBody += content.content().readableBytes();
      if (content.decoderResult().isFailure()) {
        fail(Framing.brokenBody(content.decoderResult().cause()));
      } else if (receivedBody > limits.maxBodyBytes()) {
        fail(tooLarge());
      } else {
        if (content.content().isReadable()) {
          to.piece(content.content().retain());
        }
        if (content instanceof LastHttpContent) {
          whole(to);
        }
      }
    }

    private void whole(Reader to) {
      body = null;
      if (waiting == Waiting.FOR_THE_REST) {
        await(Waiting.FOR_NOTHING, Duration.ZERO);
      }
      to.end();
    }

    /** It stays the body under way, so that the connection is not used for another request. */
    private void fail(Refusal refusal) {
      @Nullable Reader to = reader;
      reader = null;
      if (waiting == Waiting.FOR_THE_REST) {
        await(Waiting.FOR_THE_READER, limits.idleTimeout());
      }
      if (to != null) {
        to.failed(refusal);
      }
    }
  }
}
