package org.octroi.store;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.DateFormatter;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslHandler;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.octroi.obligation.Shaping;
import org.octroi.obligation.Shapings;
import org.octroi.obligation.UnshapeableException;
import org.octroi.problem.ProblemType;
import org.octroi.problem.Refusal;
import org.octroi.problem.RefusedException;
import org.octroi.secret.Seal;
import org.octroi.store.StoreConnector.Fetching;
import org.octroi.store.StoreConnector.Receiver;
import org.octroi.vocabulary.Format;
import org.octroi.vocabulary.StoreId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One question to an HTTP store and its answer. Everything here happens on one event loop.
 *
 * <p>Where obligations touch the content the store is asked for the plain whole of it: no
 * compression, no ranges, no conditions. A store's error bodies never go out, they may tell of its
 * inside.
 */
// What comes of closing, writing or a timer is told to the handlers, so their futures are not kept.
@SuppressWarnings("FutureReturnValueIgnored")
final class HttpExchange implements Fetching {

  /** What a store may see of the caller's headers, whatever happens to the content. */
  private static final List<String> ALWAYS = List.of("accept-language");

  /** What goes to the store only where its bytes go out as they are. */
  private static final List<String> UNTOUCHED =
      List.of("range", "if-range", "if-none-match", "if-modified-since");

  /** What goes out of an untouched answer's head. */
  private static final List<String> OUT =
      List.of(
          "content-range",
          "content-encoding",
          "content-disposition",
          "accept-ranges",
          "cache-control",
          "vary");

  private static final Logger log = LoggerFactory.getLogger(HttpExchange.class);

  private final StoreCall call;
  private final StoreAddress.Http address;
  private final EventLoop loop;
  private final Receiver receiver;
  private final AddressWall wall;
  private final HttpPool pool;
  private final HttpPool.Key key;
  private final boolean shaped;

  private @Nullable DefaultFullHttpRequest request;
  private @Nullable Shaping shaping;
  private @Nullable Channel channel;
  private @Nullable Future<?> watch;
  private boolean reused;
  private boolean answered;
  private boolean bodiless;
  private boolean keepAlive;
  private boolean paused;
  private boolean over;
  private long lastReadNanos;

  HttpExchange(
      StoreCall call,
      StoreAddress.Http address,
      EventLoop loop,
      Receiver receiver,
      AddressWall wall,
      HttpPool pool) {
    this.call = call;
    this.address = address;
    this.loop = loop;
    this.receiver = receiver;
    this.wall = wall;
    this.pool = pool;
    this.key = new HttpPool.Key(call.target().store(), address);
    this.shaped = call.obligations().shapesContent();
  }

  /** Asks the store; a fault in the asking is told to the receiver too. */
  void begin(Supplier<Optional<StoreCredential>> credential) {
    if (over) {
      return;
    }
    boolean through = false;
    try {
      prepareAndAsk(credential);
      through = true;
    } finally {
      if (!through) {
        fail(new StoreFailure.Unavailable("the gate met a fault of its own"));
      }
    }
  }

  private void prepareAndAsk(Supplier<Optional<StoreCredential>> credential) {
    try {
      if (shaped) {
        shaping =
            Shapings.of(
                call.format(),
                call.obligations(),
                call.target().catalogue(),
                call.maskKey(),
                call.now());
      }
      request = request(credential.get());
    } catch (RefusedException e) {
      fail(new StoreFailure.Refused(e.refusal()));
      return;
    } catch (UnshapeableException e) {
      fail(new StoreFailure.Unshapeable(e.what()));
      return;
    } catch (Seal.BrokenSealException | StoreCredential.UnreadableException e) {
      log.warn("Store {}: its credential can't be opened here: {}", store(), kind(e));
      fail(new StoreFailure.Unavailable("the store's credential can't be opened here"));
      return;
    }
    lastReadNanos = System.nanoTime();
    watch = loop.schedule(this::lookAtTheClock, call.timeout().toNanos(), TimeUnit.NANOSECONDS);
    Channel kept = pool.take(key);
    if (kept == null) {
      connect();
    } else {
      reused = true;
      ask(kept);
    }
  }

  private void connect() {
    reused = false;
    // The name service may be slow, and must not hold up the others on this event loop.
    Thread.startVirtualThread(
        () -> {
          try {
            InetSocketAddress checked = wall.checked(address.host(), address.port());
            onLoop(() -> connect(checked));
          } catch (UnknownHostException e) {
            log.warn("Store {}: the name of its host is not known", store());
            onLoop(() -> fail(new StoreFailure.Unavailable("the store's host is not known")));
          } catch (AddressWall.WalledException e) {
            onLoop(() -> fail(new StoreFailure.Unavailable(e.what())));
          }
        });
  }

  private void onLoop(Runnable next) {
    try {
      loop.execute(next);
    } catch (RejectedExecutionException e) {
      // The gate is shutting down; the caller's connection went with the loop.
      over = true;
    }
  }

  private void connect(InetSocketAddress checked) {
    if (over) {
      return;
    }
    pool.open(key, checked)
        .addListener(
            (io.netty.channel.ChannelFuture opening) -> {
              if (!opening.isSuccess()) {
                log.warn("Store {} can't be connected to: {}", store(), told(opening.cause()));
                fail(
                    opening.cause() instanceof io.netty.channel.ConnectTimeoutException
                        ? new StoreFailure.TimedOut("the store can't be connected to in time")
                        : new StoreFailure.Unavailable("the store can't be connected to"));
                return;
              }
              SslHandler tls = opening.channel().pipeline().get(SslHandler.class);
              if (tls == null) {
                ask(opening.channel());
              } else {
                tls.handshakeFuture()
                    .addListener(
                        handshake -> {
                          if (handshake.isSuccess()) {
                            ask(opening.channel());
                          } else {
                            log.warn("Store {}: TLS failed: {}", store(), told(handshake.cause()));
                            opening.channel().close();
                            fail(
                                new StoreFailure.Unavailable(
                                    "the store's TLS certificate is not trusted, or TLS failed"));
                          }
                        });
              }
            });
  }

  private StoreId store() {
    return call.target().store();
  }

  private static String kind(Throwable cause) {
    return cause.getClass().getSimpleName();
  }

  /** Words of the network and of TLS: they have addresses and names of certificates, no data. */
  private static String told(Throwable cause) {
    return kind(cause) + ": " + cause.getMessage();
  }

  private void ask(Channel connection) {
    if (over || request == null) {
      connection.close();
      return;
    }
    channel = connection;
    connection.pipeline().get(HttpConversation.class).begin(this);
    connection.config().setAutoRead(!paused);
    connection
        .writeAndFlush(request.retainedDuplicate())
        .addListener(
            written -> {
              if (!written.isSuccess() && connection.equals(channel)) {
                broken("the request can't be sent to the store");
              }
            });
  }

  /** A part of the answer; the caller releases it. */
  void read(HttpObject part) {
    lastReadNanos = System.nanoTime();
    if (over) {
      return;
    }
    if (part.decoderResult().isFailure()) {
      fail(new StoreFailure.Unavailable("the store's answer is not valid HTTP"));
      return;
    }
    if (part instanceof HttpResponse response && response.status().code() >= 200) {
      head(response);
    }
    if (part instanceof HttpContent content && answered && !over) {
      body(content.content());
    }
    if (part instanceof LastHttpContent && answered && !over) {
      end();
    }
  }

  /** The connection is no more. */
  void broken(String what) {
    if (over) {
      return;
    }
    if (reused && !answered) {
      // The store closed it while it lay idle; GET and HEAD may be asked again (RFC 9110 §9.2.2).
      leave();
      connect();
    } else {
      fail(new StoreFailure.Unavailable(what));
    }
  }

  private void head(HttpResponse response) {
    int status = response.status().code();
    Optional<StoreFailure> failure =
        failure(status, response.headers()).or(() -> otherFormat(status, response.headers()));
    if (failure.isPresent()) {
      fail(failure.get());
      return;
    }
    answered = true;
    keepAlive = HttpUtil.isKeepAlive(response);
    bodiless = call.head() || status == 304 || status == 416;
    // A body that does not go out is not read either.
    keepAlive &= status != 416;
    StoreAnswer answer =
        shaped ? ShapedAnswer.of(mediaType(response)) : untouched(response, status);
    receiver.head(answer);
    if (status == 416 && !over) {
      end();
    }
  }

  private Optional<StoreFailure> failure(int status, HttpHeaders headers) {
    if (shaped && status == 200) {
      return unreadable(headers).map(StoreFailure.Unshapeable::new);
    }
    return switch (status) {
      case 200 -> Optional.empty();
      case 206, 304, 416 ->
          shaped
              ? Optional.of(
                  new StoreFailure.Unavailable("the store answers " + status + ", not asked for"))
              : Optional.empty();
      case 400, 422 -> refused(ProblemType.MALFORMED_REQUEST);
      case 404, 410 -> refused(ProblemType.NOT_FOUND);
      case 406, 415 -> refused(ProblemType.NOT_ACCEPTABLE);
      case 414 -> refused(ProblemType.URI_TOO_LONG);
      case 401, 403, 407 ->
          Optional.of(new StoreFailure.Unavailable("the store does not let the gate in"));
      case 429 -> Optional.of(new StoreFailure.Busy("the store asks for a pause"));
      case 408, 504 -> Optional.of(new StoreFailure.TimedOut("the store gave up by itself"));
      case 300, 301, 302, 303, 307, 308 ->
          Optional.of(
              new StoreFailure.Unavailable("the store redirects elsewhere, which is not followed"));
      default -> Optional.of(new StoreFailure.Unavailable("the store answers " + status));
    };
  }

  private static Optional<StoreFailure> refused(ProblemType type) {
    return Optional.of(new StoreFailure.Refused(Refusal.of(type)));
  }

  /** Why content can't be read to be shaped, if it can't. */
  private static Optional<String> unreadable(HttpHeaders headers) {
    String encoding = headers.get(HttpHeaderNames.CONTENT_ENCODING, "identity");
    if (!encoding.equalsIgnoreCase("identity")) {
      return Optional.of("the store compresses although it was asked not to");
    }
    String type = headers.get(HttpHeaderNames.CONTENT_TYPE, "");
    Charset charset = HttpUtil.getCharset(type, StandardCharsets.UTF_8);
    boolean readable =
        charset.equals(StandardCharsets.UTF_8) || charset.equals(StandardCharsets.US_ASCII);
    return readable ? Optional.empty() : Optional.of("the store's answer is not in UTF-8");
  }

  /** The policy decided on a format: a store's answer in another one must not go out. */
  private Optional<StoreFailure> otherFormat(int status, HttpHeaders headers) {
    if (call.head() || (status != 200 && status != 206)) {
      return Optional.empty();
    }
    String type = headers.get(HttpHeaderNames.CONTENT_TYPE, "");
    String plain = type.split(";", 2)[0].strip();
    return Stream.of(Format.values())
        .filter(format -> format.mediaType().equalsIgnoreCase(plain))
        .filter(this::isOther)
        .findFirst()
        .map(
            format ->
                new StoreFailure.Unshapeable(
                    "the store answers in "
                        + format.word()
                        + ", and "
                        + call.format().word()
                        + " was decided"));
  }

  /**
   * GeoJSON is JSON, and bytes or text may be anything: as such a store may answer, unless the
   * distribution has that as a format of its own.
   */
  private boolean isOther(Format answered) {
    if (answered == call.format()) {
      return false;
    }
    boolean mayBeTheSame =
        switch (answered) {
          case TEXT, BINARY -> true;
          case JSON -> call.format() == Format.GEOJSON;
          case GEOJSON -> call.format() == Format.JSON;
          case CSV, NDJSON, XML, ZIP, PARQUET -> false;
        };
    return !mayBeTheSame || call.target().formats().contains(answered);
  }

  private String mediaType(HttpResponse response) {
    String own = call.format().mediaType();
    return shaped ? own : response.headers().get(HttpHeaderNames.CONTENT_TYPE, own);
  }

  private StoreAnswer untouched(HttpResponse response, int status) {
    HttpHeaders headers = response.headers();
    Map<String, String> out = new LinkedHashMap<>();
    for (String name : OUT) {
      List<String> values = headers.getAll(name);
      if (!values.isEmpty()) {
        out.put(name, String.join(", ", values));
      }
    }
    return new StoreAnswer(
        status,
        mediaType(response),
        length(response, status),
        Optional.ofNullable(headers.get(HttpHeaderNames.ETAG)),
        lastModified(headers),
        Map.copyOf(out),
        false);
  }

  private static OptionalLong length(HttpResponse response, int status) {
    if (status == 304) {
      // Its Content-Length is that of the answer which it stands for (RFC 9110 §8.6).
      return OptionalLong.empty();
    }
    if (status == 416) {
      return OptionalLong.of(0);
    }
    long length = HttpUtil.getContentLength(response, -1L);
    return length < 0 || HttpUtil.isTransferEncodingChunked(response)
        ? OptionalLong.empty()
        : OptionalLong.of(length);
  }

  private static Optional<Instant> lastModified(HttpHeaders headers) {
    String text = headers.get(HttpHeaderNames.LAST_MODIFIED);
    Date date = text == null ? null : DateFormatter.parseHttpDate(text);
    return Optional.ofNullable(date).map(Date::toInstant);
  }

  private void body(ByteBuf content) {
    if (bodiless || !content.isReadable()) {
      return;
    }
    if (shaping == null) {
      receiver.body(content.retain());
      return;
    }
    ByteBuf out = content.alloc().buffer(content.readableBytes());
    boolean given = false;
    try {
      shaping.feed(content, out);
      given = out.isReadable();
      if (given) {
        receiver.body(out);
      }
      if (shaping.satisfied() && !over) {
        keepAlive = false;
        end();
      }
    } catch (UnshapeableException e) {
      fail(new StoreFailure.Unshapeable(e.what()));
    } finally {
      if (!given) {
        out.release();
      }
    }
  }

  private void end() {
    long rows = -1;
    if (shaping != null && !bodiless) {
      ByteBuf out = Unpooled.buffer(64);
      try {
        shaping.end(out);
      } catch (UnshapeableException e) {
        out.release();
        fail(new StoreFailure.Unshapeable(e.what()));
        return;
      }
      if (out.isReadable()) {
        receiver.body(out);
      } else {
        out.release();
      }
      rows = shaping.rows();
    } else if (bodiless) {
      rows = shaping == null ? -1 : 0;
    }
    if (over) {
      return;
    }
    over = true;
    Channel connection = leave();
    if (connection != null) {
      if (keepAlive) {
        pool.giveBack(key, connection);
      } else {
        connection.close();
      }
    }
    finish();
    receiver.end(rows);
  }

  private void fail(StoreFailure failure) {
    if (over) {
      return;
    }
    giveUp();
    receiver.failed(failure);
  }

  @Override
  public void pause() {
    paused = true;
    if (channel != null) {
      channel.config().setAutoRead(false);
    }
  }

  @Override
  public void resume() {
    paused = false;
    lastReadNanos = System.nanoTime();
    if (channel != null) {
      channel.config().setAutoRead(true);
    }
  }

  @Override
  public void cancel() {
    giveUp();
  }

  private void giveUp() {
    over = true;
    Channel connection = leave();
    if (connection != null) {
      connection.close();
    }
    finish();
  }

  private @Nullable Channel leave() {
    Channel connection = channel;
    channel = null;
    if (connection != null) {
      connection.pipeline().get(HttpConversation.class).end();
    }
    return connection;
  }

  private void finish() {
    if (watch != null) {
      watch.cancel(false);
    }
    if (request != null) {
      request.release();
      request = null;
    }
  }

  /** Once for the beginning of the answer, then again and again for its going on. */
  private void lookAtTheClock() {
    if (over) {
      return;
    }
    long still = System.nanoTime() - lastReadNanos;
    long allowed = call.timeout().toNanos();
    if (!answered) {
      fail(new StoreFailure.TimedOut("the store did not begin to answer in time"));
    } else if (!paused && still >= allowed) {
      fail(new StoreFailure.TimedOut("the store stopped in the middle of its answer"));
    } else {
      long next = paused ? allowed : allowed - still;
      watch = loop.schedule(this::lookAtTheClock, next, TimeUnit.NANOSECONDS);
    }
  }

  private DefaultFullHttpRequest request(Optional<StoreCredential> credential) {
    DefaultFullHttpRequest asking =
        new DefaultFullHttpRequest(
            HttpVersion.HTTP_1_1,
            call.head() ? HttpMethod.HEAD : HttpMethod.GET,
            HttpRequestTarget.of(address, call),
            Unpooled.EMPTY_BUFFER);
    HttpHeaders headers = asking.headers();
    headers.set(HttpHeaderNames.HOST, host());
    headers.set(HttpHeaderNames.USER_AGENT, "Octroi");
    copy(ALWAYS, headers);
    // The format that was decided, whatever else the caller would take as well. The rest is for
    // stores that know it under another name; what they answer in is looked at.
    headers.set(HttpHeaderNames.ACCEPT, call.format().mediaType() + ", */*;q=0.1");
    if (shaped) {
      headers.set(HttpHeaderNames.ACCEPT_ENCODING, "identity");
    } else {
      copy(UNTOUCHED, headers);
      headers.set(
          HttpHeaderNames.ACCEPT_ENCODING,
          call.headers().getOrDefault("accept-encoding", "identity"));
    }
    headers.set("Octroi-Request", call.requestId());
    call.agreement().ifPresent(number -> headers.set("Octroi-Agreement", number.toString()));
    credential.ifPresent(secret -> authorise(secret, headers));
    return asking;
  }

  private void copy(List<String> names, HttpHeaders headers) {
    for (String name : names) {
      String value = call.headers().get(name);
      if (value != null) {
        headers.set(name, value);
      }
    }
  }

  private static void authorise(StoreCredential secret, HttpHeaders headers) {
    switch (secret) {
      case StoreCredential.Bearer bearer ->
          headers.set(HttpHeaderNames.AUTHORIZATION, "Bearer " + bearer.token());
      case StoreCredential.Basic basic ->
          headers.set(HttpHeaderNames.AUTHORIZATION, basic.header());
      case StoreCredential.Header header -> headers.set(header.name(), header.value());
      case StoreCredential.Sql sql ->
          throw new StoreCredential.UnreadableException("an HTTP store has an SQL credential");
    }
  }

  private String host() {
    String name = address.host().indexOf(':') >= 0 ? '[' + address.host() + ']' : address.host();
    boolean usual = address.port() == (address.secure() ? 443 : 80);
    return (usual ? name : name + ':' + address.port()).toLowerCase(Locale.ROOT);
  }
}
