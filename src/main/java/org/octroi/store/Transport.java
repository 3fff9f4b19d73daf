package org.octroi.store;

import io.netty.channel.EventLoop;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.channel.uring.IoUringSocketChannel;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * How the kernel is asked for what sockets have. The same for both ends of a request, since both
 * live on one event loop.
 */
public enum Transport {
  /**
   * Many reads and writes with one call of the kernel, which costs a busy gate a fifth less. Of a
   * recent Linux; the walls around many containers forbid it.
   */
  IO_URING(
      IoUring::isAvailable,
      IoUringIoHandler::newFactory,
      IoUringIoHandler.class,
      IoUringServerSocketChannel.class,
      IoUringSocketChannel.class),
  /** One call for each read and write; any Linux. */
  EPOLL(
      Epoll::isAvailable,
      EpollIoHandler::newFactory,
      EpollIoHandler.class,
      EpollServerSocketChannel.class,
      EpollSocketChannel.class),
  /** What Java brings along; anywhere. */
  NIO(
      () -> true,
      NioIoHandler::newFactory,
      NioIoHandler.class,
      NioServerSocketChannel.class,
      NioSocketChannel.class);

  private final BooleanSupplier usable;
  private final Supplier<IoHandlerFactory> handlers;
  private final Class<? extends IoHandler> handler;
  private final Class<? extends ServerSocketChannel> listening;
  private final Class<? extends SocketChannel> connecting;

  Transport(
      BooleanSupplier usable,
      Supplier<IoHandlerFactory> handlers,
      Class<? extends IoHandler> handler,
      Class<? extends ServerSocketChannel> listening,
      Class<? extends SocketChannel> connecting) {
    this.usable = usable;
    this.handlers = handlers;
    this.handler = handler;
    this.listening = listening;
    this.connecting = connecting;
  }

  /** Those that this machine has, the best first; the last is always there. */
  public static List<Transport> usable() {
    return Stream.of(values()).filter(Transport::isUsable).toList();
  }

  /** The one that an event loop has. */
  static Transport of(EventLoop loop) {
    return Stream.of(values())
        .filter(one -> loop instanceof IoEventLoop io && io.isIoType(one.handler))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no event loop of ours: " + loop));
  }

  /** Whether this machine has it. */
  public boolean isUsable() {
    return usable.getAsBoolean();
  }

  /** What event loops are made with. */
  public IoHandlerFactory handlers() {
    return handlers.get();
  }

  /** The sockets that are connected to. */
  public Class<? extends ServerSocketChannel> listening() {
    return listening;
  }

  /** The sockets that connect. */
  Class<? extends SocketChannel> connecting() {
    return connecting;
  }
}
