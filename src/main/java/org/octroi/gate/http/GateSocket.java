package org.octroi.gate.http;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.octroi.problem.StartRefusedException;
import org.octroi.store.Transport;

/**
 * The port that data leaves by. A connection lives on one event loop for all its time, and so does
 * all that is done for its requests.
 */
// What comes of closing is told to the handlers, so these futures are not kept.
@SuppressWarnings("FutureReturnValueIgnored")
public final class GateSocket {

  /** Beyond the high mark the upstream is asked to wait, below the low mark to go on. */
  private static final WriteBufferWaterMark WATER_MARKS =
      new WriteBufferWaterMark(64 * 1024, 256 * 1024);

  private static final int BACKLOG = 1024;
  private static final Duration LAST_CALL = Duration.ofSeconds(2);

  private final InetSocketAddress address;
  private final Transport transport;
  private final Arrival arrival;
  private final ChannelGroup connections =
      new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);

  private volatile boolean closing;
  private @Nullable EventLoopGroup loops;
  private @Nullable Channel listening;

  /**
   * @param address where to listen; port 0 takes any free one
   */
  public GateSocket(
      InetSocketAddress address,
      Transport transport,
      WireLimits limits,
      WireProtocols protocols,
      Responder responder) {
    this.address = address;
    this.transport = transport;
    this.arrival = new Arrival(this, limits, protocols, responder);
  }

  /**
   * Opens the port.
   *
   * @return the port
   * @throws StartRefusedException when it can't be opened
   */
  public synchronized int open() {
    EventLoopGroup group =
        new MultiThreadIoEventLoopGroup(
            Runtime.getRuntime().availableProcessors(),
            new DefaultThreadFactory("gate"),
            transport.handlers());
    ChannelFuture bound =
        new ServerBootstrap()
            .group(group)
            .channel(transport.listening())
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
            .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARKS)
            .childHandler(arrival)
            .bind(address)
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
      throw new StartRefusedException(
          "The gate can't listen on "
              + address.getHostString()
              + ":"
              + address.getPort()
              + ": "
              + bound.cause().getMessage()
              + ".",
          "Stop the program that uses this port, or choose another with --octroi.gate.port=…");
    }
    loops = group;
    listening = bound.channel();
    return ((InetSocketAddress) bound.channel().localAddress()).getPort();
  }

  /**
   * Closes the port, lets every request that was taken be answered, then closes the connections.
   *
   * @param grace how long the answers may take; after it they are broken off
   */
  public synchronized void close(Duration grace) {
    closing = true;
    if (listening != null) {
      listening.close().awaitUninterruptibly();
    }
    for (Channel channel : connections) {
      channel.eventLoop().execute(() -> closeWhenIdle(channel));
    }
    if (!connections.newCloseFuture().awaitUninterruptibly(grace.toMillis())) {
      for (Channel channel : connections) {
        channel.eventLoop().execute(() -> breakOff(channel));
      }
      connections.newCloseFuture().awaitUninterruptibly(LAST_CALL.toMillis());
    }
    if (loops != null) {
      loops
          .shutdownGracefully(0, LAST_CALL.toMillis(), TimeUnit.MILLISECONDS)
          .awaitUninterruptibly(2 * LAST_CALL.toMillis());
    }
  }

  private static void closeWhenIdle(Channel channel) {
    Connection connection = channel.pipeline().get(Connection.class);
    if (connection != null) {
      connection.closeIfClosing();
    } else if (channel.pipeline().get(Http2FrameCodec.class) != null) {
      // Says GOAWAY, and closes when the streams under way are answered (RFC 9113 §6.8).
      channel.close();
    }
  }

  /** Past the handlers, of which that of HTTP/2 would wait for its streams. */
  private static void breakOff(Channel channel) {
    ChannelHandlerContext first = channel.pipeline().firstContext();
    if (first == null) {
      channel.close();
    } else {
      first.close();
    }
  }

  /** A connection came; false where there are as many as there may be, or none is wanted. */
  boolean enter(Channel channel, int most) {
    return !closing && connections.size() < most && connections.add(channel);
  }

  /** How its sockets are served. */
  public Transport transport() {
    return transport;
  }

  /** How many connections are open now. */
  public int openConnections() {
    return connections.size();
  }

  boolean closing() {
    return closing;
  }
}
