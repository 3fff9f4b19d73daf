package org.octroi.gate.http;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2GoAwayFrame;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.codec.http2.Http2StreamChannelBootstrap;
import io.netty.util.ReferenceCountUtil;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.NullMarked;

/** Speaks HTTP/2 in the clear by prior knowledge, frame by frame. */
// What comes of writing is seen in what comes back.
@SuppressWarnings("FutureReturnValueIgnored")
@NullMarked
final class Http2Client implements AutoCloseable {

  private final EventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final Channel channel;
  final CompletableFuture<Long> goneAway = new CompletableFuture<>();

  Http2Client(int port) {
    channel =
        new Bootstrap()
            .group(group)
            .channel(NioSocketChannel.class)
            .handler(
                new ChannelInitializer<SocketChannel>() {
                  @Override
                  protected void initChannel(SocketChannel connection) {
                    connection
                        .pipeline()
                        .addLast(
                            Http2FrameCodecBuilder.forClient()
                                .initialSettings(Http2Settings.defaultSettings())
                                // What the gate says that it takes is not kept to.
                                .encoderIgnoreMaxHeaderListSize(true)
                                .build(),
                            new Http2MultiplexHandler(new ChannelInboundHandlerAdapter()),
                            new GoAways());
                  }
                })
            .connect(InetAddress.getLoopbackAddress(), port)
            .syncUninterruptibly()
            .channel();
  }

  private final class GoAways extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object frame) {
      if (frame instanceof Http2GoAwayFrame goAway) {
        goneAway.complete(goAway.errorCode());
      }
      ReferenceCountUtil.release(frame);
    }
  }

  /** One request and what comes back. */
  final class Stream extends ChannelInboundHandlerAdapter {

    private final BlockingQueue<String> statuses = new LinkedBlockingQueue<>();
    final CompletableFuture<Http2Error> reset = new CompletableFuture<>();
    final CompletableFuture<String> whole = new CompletableFuture<>();
    final AtomicLong received = new AtomicLong();

    private final StringBuilder text = new StringBuilder();
    private final Http2StreamChannel stream;

    Stream(Http2Headers headers, boolean end) {
      stream =
          new Http2StreamChannelBootstrap(channel)
              .handler(this)
              .open()
              .syncUninterruptibly()
              .getNow();
      stream.writeAndFlush(new DefaultHttp2HeadersFrame(headers, end));
    }

    @Override
    public boolean isSharable() {
      return false;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object frame) {
      switch (frame) {
        case Http2HeadersFrame head -> {
          if (head.headers().status() != null) {
            statuses.add(head.headers().status().toString());
          }
          endedIf(head.isEndStream());
        }
        case Http2DataFrame data -> {
          received.addAndGet(data.content().readableBytes());
          if (text.length() < 10_000) {
            text.append(data.content().toString(StandardCharsets.UTF_8));
          }
          data.release();
          endedIf(data.isEndStream());
        }
        case Http2ResetFrame broken -> reset.complete(Http2Error.valueOf(broken.errorCode()));
        default -> ReferenceCountUtil.release(frame);
      }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
      if (event instanceof Http2ResetFrame broken) {
        reset.complete(Http2Error.valueOf(broken.errorCode()));
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      whole.completeExceptionally(new IllegalStateException("the stream broke off"));
    }

    private void endedIf(boolean end) {
      if (end) {
        whole.complete(text.toString());
      }
    }

    /** The status that comes next. */
    String status() throws InterruptedException {
      String next = statuses.poll(20, TimeUnit.SECONDS);
      if (next == null) {
        throw new AssertionError("no status came");
      }
      return next;
    }

    String body() throws Exception {
      return whole.get(20, TimeUnit.SECONDS);
    }

    Stream send(String bytes, boolean end) {
      stream.writeAndFlush(
          new DefaultHttp2DataFrame(Unpooled.copiedBuffer(bytes, StandardCharsets.UTF_8), end));
      return this;
    }

    void reset() {
      stream.writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.CANCEL));
    }

    /** Takes no more of the answer, and so opens the window no further. */
    Stream readNothing() {
      stream.config().setAutoRead(false);
      return this;
    }

    void readAgain() {
      stream.config().setAutoRead(true);
    }
  }

  Stream get(String path) {
    return new Stream(headers("GET", path), true);
  }

  Stream post(String path) {
    return new Stream(headers("POST", path), false);
  }

  Stream open(Http2Headers headers, boolean end) {
    return new Stream(headers, end);
  }

  static Http2Headers headers(String method, String path) {
    return new DefaultHttp2Headers().method(method).path(path).scheme("http").authority("gate");
  }

  boolean isOpen() {
    return channel.isActive();
  }

  @Override
  public void close() {
    channel.close().awaitUninterruptibly();
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
  }
}
