package org.octroi.gate.http;

import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.octroi.problem.ProblemType;
import org.octroi.problem.Refusal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client's connection: takes its requests one after the other and lets each be answered before
 * the next is looked at, so that answers leave in the order of the requests (RFC 9112 §9.3.2).
 *
 * <p>While a request is answered the socket is still read, so that a client that goes away is
 * noticed; a request that comes meanwhile waits, and with it the reading stops. One clock watches
 * over the connection: how long it may rest, how long a request may take to arrive, how long an
 * answer may stay unread. On its event loop only.
 */
final class Connection extends ChannelInboundHandlerAdapter {

  private static final Logger LOG = LoggerFactory.getLogger(Connection.class);

  /** How long a refused client may go on sending before its words are lost to it. */
  private static final Duration LINGER = Duration.ofSeconds(2);

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

  private final SocketChannel channel;
  private final WireLimits limits;
  private final Responder responder;
  private final GateSocket socket;
  private final Deque<HttpObject> queue = new ArrayDeque<>();

  private @Nullable HttpRequest receiving;
  private long receivedBody;
  private @Nullable Exchange answering;
  private boolean flushIsDue;

  private Waiting waiting = Waiting.FOR_NOTHING;
  private long deadlineNanos;
  private long clockNanos;
  private @Nullable Future<?> clock;

  Connection(SocketChannel channel, WireLimits limits, Responder responder, GateSocket socket) {
    this.channel = channel;
    this.limits = limits;
    this.responder = responder;
    this.socket = socket;
  }

  EventLoop loop() {
    return channel.eventLoop();
  }

  InetAddress peer() {
    return channel.remoteAddress().getAddress();
  }

  boolean writable() {
    return channel.isWritable();
  }

  /** Whether the connection may serve another request after this one. */
  boolean mayGoOn() {
    return !socket.closing() && waiting != Waiting.FOR_THE_END;
  }

  /** Bytes came, whatever they are. */
  void bytesArrived() {
    if (waiting == Waiting.FOR_A_REQUEST) {
      await(Waiting.FOR_THE_REST, limits.requestTimeout());
    }
  }

  /** The server is closing: a resting connection closes now, a busy one after its answer. */
  void closeWhenIdle() {
    if (waiting == Waiting.FOR_A_REQUEST) {
      channel.close();
    }
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    await(Waiting.FOR_A_REQUEST, limits.idleTimeout());
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (waiting == Waiting.FOR_THE_END) {
      ReferenceCountUtil.release(message);
    } else if (answering != null || !queue.isEmpty()) {
      queue.add((HttpObject) message);
      channel.config().setAutoRead(false);
    } else {
      take((HttpObject) message);
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
    Optional<Refusal> refusal = Framing.refusal(head);
    if (refusal.isPresent()) {
      refuse(head, refusal.get());
      return;
    }
    if (HttpUtil.getContentLength(head, 0L) > limits.maxBodyBytes()) {
      refuse(head, Refusal.of(ProblemType.PAYLOAD_TOO_LARGE, limits.maxBodyBytes()));
      return;
    }
    receiving = head;
    receivedBody = 0;
    if (HttpUtil.is100ContinueExpected(head)) {
      channel.writeAndFlush(
          new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE));
    }
  }

  private void receive(HttpContent content) {
    @Nullable HttpRequest head = receiving;
    if (head == null) {
      return;
    }
    receivedBody += content.content().readableBytes();
    if (content.decoderResult().isFailure()) {
      refuse(head, Framing.broken(content.decoderResult().cause()));
    } else if (receivedBody > limits.maxBodyBytes()) {
      refuse(head, Refusal.of(ProblemType.PAYLOAD_TOO_LARGE, limits.maxBodyBytes()));
    } else if (content instanceof LastHttpContent) {
      answer(head);
    }
  }

  private void answer(HttpRequest head) {
    receiving = null;
    await(Waiting.FOR_NOTHING, Duration.ZERO);
    Exchange exchange = new Exchange(this, head, true);
    answering = exchange;
    Optional<RequestTarget> target = RequestTarget.of(head.uri());
    if (target.isPresent()) {
      responder.serve(new Request(head.method().name(), target.get(), head.headers()), exchange);
    } else {
      responder.refuse(Refusal.of(ProblemType.MALFORMED_REQUEST, "address"), exchange);
    }
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
    channel.write(part);
  }

  /** Flushes at the end of this turn of the loop: what belongs together leaves together. */
  void flushSoon() {
    if (!flushIsDue) {
      flushIsDue = true;
      loop()
          .execute(
              () -> {
                flushIsDue = false;
                channel.flush();
              });
    }
  }

  void end(LastHttpContent last, boolean keepAlive) {
    if (waiting != Waiting.FOR_THE_END) {
      await(Waiting.FOR_THE_READER, limits.idleTimeout());
    }
    channel
        .writeAndFlush(last)
        .addListener(
            written -> {
              answering = null;
              if (!written.isSuccess()) {
                channel.close();
              } else if (keepAlive) {
                next();
              } else {
                linger();
              }
            });
  }

  void cut(boolean byReset) {
    answering = null;
    if (byReset) {
      // Where the end of the body is the end of the connection, only a reset says "not whole".
      channel.config().setOption(ChannelOption.SO_LINGER, 0);
    }
    channel.flush();
    channel.close();
  }

  void answered(int status, long bodyBytes, long nanos) {
    responder.answered(status, bodyBytes, nanos);
  }

  private void next() {
    if (queue.isEmpty() && socket.closing()) {
      channel.close();
      return;
    }
    await(Waiting.FOR_A_REQUEST, limits.idleTimeout());
    while (answering == null && !queue.isEmpty()) {
      bytesArrived();
      if (waiting == Waiting.FOR_THE_END) {
        ReferenceCountUtil.release(queue.poll());
      } else {
        take(queue.remove());
      }
    }
    if (queue.isEmpty()) {
      channel.config().setAutoRead(true);
    }
  }

  /**
   * Closes our side and reads on for a little: closing with unread bytes in the socket would make
   * the kernel send a reset, and that can take our last words away from the client (RFC 9112 §9.6).
   */
  private void linger() {
    releaseQueue();
    if (waiting != Waiting.FOR_THE_END) {
      await(Waiting.FOR_THE_END, LINGER);
    }
    channel.shutdownOutput().addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
    channel.config().setAutoRead(true);
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (answering != null) {
      if (channel.isWritable() && waiting == Waiting.FOR_THE_READER) {
        await(Waiting.FOR_NOTHING, Duration.ZERO);
      } else if (!channel.isWritable() && waiting == Waiting.FOR_NOTHING) {
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
    waiting = Waiting.FOR_NOTHING;
    releaseQueue();
    if (unfinished != null) {
      unfinished.clientGone();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (!(cause instanceof IOException)) {
      LOG.atError().setCause(cause).log("A connection of the gate failed and was closed");
    }
    channel.close();
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
    if (clock == null || deadlineNanos < clockNanos) {
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
    if (!channel.isActive() || waiting == Waiting.FOR_NOTHING) {
      return;
    }
    long left = deadlineNanos - System.nanoTime();
    if (left > 0) {
      wind(left);
    } else if (waiting == Waiting.FOR_THE_REST) {
      refuse(receiving == null ? NOT_READ : receiving, Refusal.of(ProblemType.REQUEST_TIMEOUT));
    } else {
      channel.close();
    }
  }
}
