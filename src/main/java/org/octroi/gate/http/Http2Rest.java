package org.octroi.gate.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.Http2FrameCodec;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes an HTTP/2 connection that has carried no stream for a time; pings and settings don't keep
 * it. Its streams have clocks of their own.
 */
// What comes of closing is told to the handlers, so these futures are not kept.
@SuppressWarnings("FutureReturnValueIgnored")
final class Http2Rest extends ChannelInboundHandlerAdapter {

  private static final Logger LOG = LoggerFactory.getLogger(Http2Rest.class);

  private final long idleNanos;
  private long restingSinceNanos;
  private @Nullable Future<?> clock;

  Http2Rest(Duration idle) {
    this.idleNanos = idle.toNanos();
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    restingSinceNanos = System.nanoTime();
    wind(ctx, idleNanos);
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    if (clock != null) {
      clock.cancel(false);
    }
  }

  private void wind(ChannelHandlerContext ctx, long nanos) {
    clock = ctx.executor().schedule(() -> look(ctx), nanos, TimeUnit.NANOSECONDS);
  }

  private void look(ChannelHandlerContext ctx) {
    @Nullable Http2FrameCodec codec = ctx.pipeline().get(Http2FrameCodec.class);
    if (codec == null || !ctx.channel().isActive()) {
      return;
    }
    long now = System.nanoTime();
    if (codec.connection().numActiveStreams() > 0) {
      restingSinceNanos = now;
      wind(ctx, idleNanos);
      return;
    }
    long left = restingSinceNanos + idleNanos - now;
    if (left > 0) {
      wind(ctx, left);
    } else {
      ctx.close();
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    @Nullable Http2FrameCodec codec = ctx.pipeline().get(Http2FrameCodec.class);
    if (codec != null && codec.connection().numActiveStreams() > 0) {
      restingSinceNanos = System.nanoTime();
    }
    ctx.fireChannelReadComplete();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (!(cause instanceof IOException) && !ClientFaults.contains(cause)) {
      LOG.atError().setCause(cause).log("An HTTP/2 connection of the gate failed and was closed");
    }
    ctx.close();
  }
}
