package org.octroi.gate.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.ProtocolDetectionResult;
import io.netty.handler.codec.ProtocolDetectionState;
import io.netty.handler.codec.haproxy.HAProxyCommand;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import io.netty.handler.codec.haproxy.HAProxyProtocolVersion;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2StreamFrameToHttpObjectCodec;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ApplicationProtocolNegotiationHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Receives a new connection and finds out, in this order, whom it comes from (PROXY protocol, where
 * a trusted proxy speaks it), whether it is by TLS, and which HTTP it speaks. Then a {@link
 * Connection} takes over. Safe for use by many threads.
 */
// What comes of closing is told to the handlers, so these futures are not kept.
@SuppressWarnings("FutureReturnValueIgnored")
final class Arrival extends ChannelInitializer<SocketChannel> {

  private static final int STREAMS_AT_ONCE = 100;

  private final GateSocket socket;
  private final WireLimits limits;
  private final WireProtocols protocols;
  private final Responder responder;
  private final ClientCounts counts;

  Arrival(GateSocket socket, WireLimits limits, WireProtocols protocols, Responder responder) {
    this.socket = socket;
    this.limits = limits;
    this.protocols = protocols;
    this.responder = responder;
    this.counts = new ClientCounts(limits.maxConnectionsPerClient());
  }

  @Override
  protected void initChannel(SocketChannel channel) {
    InetAddress peer =
        channel.remoteAddress() == null ? null : channel.remoteAddress().getAddress();
    if (peer == null || !socket.enter(channel, limits.maxConnections())) {
      channel.close();
      return;
    }
    if (protocols.trustedProxies().test(peer)) {
      closeUnlessReady(channel);
      channel.pipeline().addLast(new ProxyHeader(channel, peer));
    } else {
      admit(channel, peer, true);
    }
  }

  /** What opens a connection must have come in the time of a header. */
  private void closeUnlessReady(SocketChannel channel) {
    channel
        .eventLoop()
        .schedule(
            () -> {
              if (!ready(channel)) {
                channel.close();
              }
            },
            limits.headerTimeout().toNanos(),
            TimeUnit.NANOSECONDS);
  }

  private static boolean ready(Channel channel) {
    ChannelPipeline pipeline = channel.pipeline();
    return pipeline.get(Connection.class) != null
        || pipeline.get(Http2MultiplexHandler.class) != null;
  }

  /** It is known whose connection this is. */
  private void admit(SocketChannel channel, InetAddress address, boolean counted) {
    if (counted) {
      if (!counts.enter(address)) {
        channel.close();
        return;
      }
      channel.closeFuture().addListener(closed -> counts.leave(address));
    }
    @Nullable SslContext tls = protocols.tls().get();
    if (counted && (tls != null || protocols.clearTextHttp2())) {
      closeUnlessReady(channel);
    }
    if (tls != null) {
      SslHandler handler = tls.newHandler(channel.alloc());
      handler.setHandshakeTimeoutMillis(limits.headerTimeout().toMillis());
      channel.pipeline().addLast(handler, new Negotiated(channel, new Client(address, true)));
    } else if (protocols.clearTextHttp2()) {
      channel.pipeline().addLast(new PriorKnowledge(channel, new Client(address, false)));
    } else {
      speakHttp1(channel, new Client(address, false));
    }
  }

  private void speakHttp1(SocketChannel channel, Client client) {
    Connection connection = new Connection(channel, client, false, limits, responder, socket);
    channel
        .pipeline()
        .addLast(new StrictRequestDecoder(limits, connection::bytesArrived))
        .addLast(new ResponseEncoder())
        .addLast(connection);
  }

  private void speakHttp2(SocketChannel channel, Client client) {
    channel
        .pipeline()
        .addLast(
            Http2FrameCodecBuilder.forServer()
                .validateHeaders(true)
                // Closing waits for the streams under way: by default it would wait 0 ms.
                .gracefulShutdownTimeoutMillis(-1)
                .initialSettings(
                    Http2Settings.defaultSettings()
                        .maxConcurrentStreams(STREAMS_AT_ONCE)
                        .maxHeaderListSize(limits.maxHeaderBytes() + limits.maxUriBytes()))
                .build())
        .addLast(
            new Http2MultiplexHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel stream) {
                    stream
                        .pipeline()
                        .addLast(new Http2StreamFrameToHttpObjectCodec(true, true))
                        .addLast(new Connection(stream, client, true, limits, responder, socket));
                  }
                }))
        .addLast(new Http2Rest(limits.idleTimeout()));
  }

  /** Reads the PROXY protocol's header (version 2), where the connection begins with one. */
  private final class ProxyHeader extends ByteToMessageDecoder {

    private final SocketChannel channel;
    private final InetAddress proxy;

    ProxyHeader(SocketChannel channel, InetAddress proxy) {
      this.channel = channel;
      this.proxy = proxy;
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
      ProtocolDetectionResult<HAProxyProtocolVersion> detected =
          HAProxyMessageDecoder.detectProtocol(in);
      if (detected.state() == ProtocolDetectionState.NEEDS_MORE_DATA && mayBegin(in)) {
        return;
      }
      if (detected.state() == ProtocolDetectionState.DETECTED
          && detected.detectedProtocol() == HAProxyProtocolVersion.V2) {
        ctx.pipeline()
            .addAfter(ctx.name(), "named", new Named(channel, proxy))
            .addAfter(ctx.name(), "header", new HAProxyMessageDecoder(true));
      } else {
        admit(channel, proxy, false);
      }
      ctx.pipeline().remove(this);
    }

    /** Whether it may still become the signature of version 2, which begins with a CR. */
    private static boolean mayBegin(ByteBuf in) {
      return !in.isReadable() || in.getByte(in.readerIndex()) == '\r';
    }
  }

  /** Takes the client's address out of the header. */
  private final class Named extends ChannelInboundHandlerAdapter {

    private final SocketChannel channel;
    private final InetAddress proxy;

    Named(SocketChannel channel, InetAddress proxy) {
      this.channel = channel;
      this.proxy = proxy;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      if (!(message instanceof HAProxyMessage header)) {
        ctx.fireChannelRead(message);
        return;
      }
      try {
        @Nullable String source = header.sourceAddress();
        // LOCAL is the proxy itself, looking whether we are well (specification §2.2).
        if (header.command() == HAProxyCommand.LOCAL || source == null) {
          admit(channel, proxy, false);
        } else {
          admit(channel, InetAddress.ofLiteral(source), true);
        }
        ctx.pipeline().remove(this);
      } catch (IllegalArgumentException noAddress) {
        ctx.close();
      } finally {
        ReferenceCountUtil.release(header);
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      ctx.close();
    }
  }

  /** Goes by what TLS agreed on (ALPN, RFC 7301). */
  private final class Negotiated extends ApplicationProtocolNegotiationHandler {

    private final SocketChannel channel;
    private final Client client;

    Negotiated(SocketChannel channel, Client client) {
      super(ApplicationProtocolNames.HTTP_1_1);
      this.channel = channel;
      this.client = client;
    }

    @Override
    protected void configurePipeline(ChannelHandlerContext ctx, String protocol) {
      if (protocol.equals(ApplicationProtocolNames.HTTP_2)) {
        speakHttp2(channel, client);
      } else {
        speakHttp1(channel, client);
      }
    }

    @Override
    protected void handshakeFailure(ChannelHandlerContext ctx, Throwable cause) {
      ctx.close();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      ctx.close();
    }
  }

  /** Goes by the preface of HTTP/2 (RFC 9113 §3.4), which is no request of HTTP/1. */
  private final class PriorKnowledge extends ByteToMessageDecoder {

    private static final ByteBuf PREFACE = Http2CodecUtil.connectionPrefaceBuf();

    private final SocketChannel channel;
    private final Client client;

    PriorKnowledge(SocketChannel channel, Client client) {
      this.channel = channel;
      this.client = client;
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
      int length = Math.min(in.readableBytes(), PREFACE.readableBytes());
      boolean same = true;
      for (int i = 0; same && i < length; i++) {
        same = in.getByte(in.readerIndex() + i) == PREFACE.getByte(i);
      }
      if (same && length < PREFACE.readableBytes()) {
        return;
      }
      if (same) {
        speakHttp2(channel, client);
      } else {
        speakHttp1(channel, client);
      }
      ctx.pipeline().remove(this);
    }
  }
}
