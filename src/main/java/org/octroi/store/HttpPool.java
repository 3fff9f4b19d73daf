package org.octroi.store;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.HttpRequestEncoder;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.octroi.vocabulary.StoreId;

/**
 * The connections of one event loop to HTTP stores, kept alive between requests. Used on that event
 * loop only. How many there are is bounded by the fetches that may be under way at once, and as
 * many are kept idle; none is kept so long that a store which moved to another address (DNS) would
 * still be asked at the old one.
 */
// What comes of closing, writing or a timer is told to the handlers, so their futures are not kept.
@SuppressWarnings("FutureReturnValueIgnored")
final class HttpPool {

  private static final int MAX_HEAD_BYTES = 16 * 1024;
  private static final int MAX_PIECE_BYTES = 256 * 1024;

  private final EventLoop loop;
  private final Duration connectTimeout;
  private final Duration idleTimeout;
  private final long lifeNanos;
  private final int mostIdle;
  private final SslContext tls;
  private final Map<Key, Deque<Idle>> idle = new HashMap<>();
  private boolean sweeping;

  /** Connections are shared within a store, and never across a change of its address. */
  record Key(StoreId store, StoreAddress.Http address) {}

  HttpPool(EventLoop loop, StoreProperties properties, SslContext tls) {
    this.loop = loop;
    this.connectTimeout = properties.connectTimeout();
    this.idleTimeout = properties.idleTimeout();
    this.lifeNanos = properties.connectionLife().toNanos();
    this.mostIdle = properties.maxConcurrent();
    this.tls = tls;
  }

  private record Idle(Channel channel, long openedNanos, long sinceNanos) {}

  /** A connection that was used before, if one is open: the one used last. */
  @Nullable Channel take(Key key) {
    Deque<Idle> waiting = idle.get(key);
    if (waiting == null) {
      return null;
    }
    long now = System.nanoTime();
    for (Idle last = waiting.pollFirst(); last != null; last = waiting.pollFirst()) {
      if (last.channel().isActive()) {
        if (now - last.openedNanos() < lifeNanos) {
          return last.channel();
        }
        last.channel().close();
      }
    }
    return null;
  }

  /** Opens a new connection, to the address that was checked. */
  ChannelFuture open(Key key, InetSocketAddress checked) {
    StoreAddress.Http address = key.address();
    return new Bootstrap()
        .group(loop)
        .channel(Transport.of(loop).connecting())
        .option(ChannelOption.TCP_NODELAY, true)
        .option(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
        .option(ChannelOption.SO_KEEPALIVE, true)
        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) connectTimeout.toMillis())
        .handler(
            new ChannelInitializer<SocketChannel>() {
              @Override
              protected void initChannel(SocketChannel channel) {
                if (address.secure()) {
                  // The name is for SNI and for the certificate's check; it is not resolved.
                  SslHandler handler =
                      tls.newHandler(channel.alloc(), address.host(), address.port());
                  handler.setHandshakeTimeoutMillis(connectTimeout.toMillis());
                  channel.pipeline().addLast(handler);
                }
                HttpConversation conversation = new HttpConversation();
                channel
                    .pipeline()
                    .addLast(
                        new HttpAnswerDecoder(conversation, MAX_HEAD_BYTES, MAX_PIECE_BYTES),
                        new HttpRequestEncoder(),
                        conversation);
              }
            })
        .connect(checked);
  }

  /** Keeps a connection whose answer was read to its end. */
  void giveBack(Key key, Channel channel) {
    Deque<Idle> waiting = idle.computeIfAbsent(key, k -> new ArrayDeque<>());
    long now = System.nanoTime();
    long opened = channel.pipeline().get(HttpConversation.class).openedNanos();
    if (waiting.size() >= mostIdle || now - opened >= lifeNanos || !channel.isActive()) {
      channel.close();
      return;
    }
    // An idle connection goes on reading, to hear of its end.
    channel.config().setAutoRead(true);
    waiting.addFirst(new Idle(channel, opened, now));
    if (!sweeping) {
      sweeping = true;
      sweepLater();
    }
  }

  /** One timer for all, since one for each request would fill the loop's queue. */
  private void sweepLater() {
    loop.schedule(this::sweep, idleTimeout.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void sweep() {
    long now = System.nanoTime();
    idle.values()
        .forEach(
            waiting ->
                waiting.removeIf(
                    one -> {
                      boolean old = now - one.sinceNanos() >= idleTimeout.toNanos();
                      if (old) {
                        one.channel().close();
                      }
                      return old || !one.channel().isActive();
                    }));
    idle.values().removeIf(Deque::isEmpty);
    sweeping = !idle.isEmpty();
    if (sweeping) {
      sweepLater();
    }
  }
}
