package org.octroi.store;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslHandler;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.octroi.obligation.Shaping;
import org.octroi.obligation.Shapings;
import org.octroi.obligation.UnshapeableException;
import org.octroi.problem.Refusal;
import org.octroi.secret.Seal;
import org.octroi.store.StoreConnector.Fetching;
import org.octroi.store.StoreConnector.Receiver;
import org.octroi.store.StoreCredential.ClientCredentials;
import org.octroi.vocabulary.StoreId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One question to an HTTP store and its answer. Everything here happens on one event loop.
 *
 * <p>A question without a body is asked once more where a connection that had lain idle turns out
 * to be closed and not a byte of an answer came (RFC 9110 §9.2.2); and where the store redirects,
 * it is asked there, through the same {@link AddressWall} and without the store's credential unless
 * it is the same origin.
 */
// What comes of closing, writing or a timer is told to the handlers, so their futures are not kept.
@SuppressWarnings("FutureReturnValueIgnored")
final class HttpExchange implements Fetching {

  private static final Logger log = LoggerFactory.getLogger(HttpExchange.class);

  private static final int MOST_REDIRECTS = 3;

  private final StoreCall call;
  private final HttpPlace home;
  private final EventLoop loop;
  private final Receiver receiver;
  private final AddressWall wall;
  private final ClientTokens tokens;
  private final HttpPool pool;
  private final HttpVerdict verdict;
  private final long timeoutNanos;

  private HttpPlace place;
  private int redirects;
  private @Nullable HttpRequest request;
  private Optional<StoreCredential> credential = Optional.empty();

  /** Whose access token the credential is, where it is one. */
  private @Nullable ClientCredentials client;

  private boolean tokenRenewed;
  private @Nullable Shaping shaping;
  private @Nullable Channel channel;
  private @Nullable Future<?> connecting;
  private boolean beginning = true;
  private boolean reused;
  private boolean answered;
  private boolean bodiless;
  private boolean keepAlive;
  private boolean paused;
  private boolean bodyUnderWay;
  private boolean over;
  private long lastReadNanos;

  HttpExchange(
      StoreCall call,
      HttpPlace home,
      EventLoop loop,
      Receiver receiver,
      AddressWall wall,
      ClientTokens tokens,
      HttpPool pool) {
    this.call = call;
    this.home = home;
    this.place = home;
    this.loop = loop;
    this.receiver = receiver;
    this.wall = wall;
    this.tokens = tokens;
    this.pool = pool;
    this.verdict = new HttpVerdict(call);
    this.timeoutNanos = call.timeout().toNanos();
  }

  /** Asks the store; a fault in the asking is told to the receiver too. */
  void begin(Supplier<Optional<StoreCredential>> opened) {
    if (over) {
      return;
    }
    boolean through = false;
    try {
      prepareAndAsk(opened);
      through = true;
    } finally {
      if (!through) {
        fail(new StoreFailure.Unavailable("the gate met a fault of its own"));
      }
      beginning = false;
    }
  }

  private void prepareAndAsk(Supplier<Optional<StoreCredential>> opened) {
    try {
      if (call.obligations().shapesContent()) {
        shaping =
            Shapings.of(
                call.format(),
                call.obligations(),
                call.target().catalogue(),
                call.maskKey(),
                call.now());
      }
      credential = opened.get();
    } catch (UnshapeableException e) {
      fail(new StoreFailure.Unshapeable(e.what()));
      return;
    } catch (Seal.BrokenSealException | StoreCredential.UnreadableException e) {
      log.warn("Store {}: its credential can't be opened here: {}", store(), kind(e));
      fail(new StoreFailure.Unavailable("the store's credential can't be opened here"));
      return;
    }
    if (credential.isPresent() && credential.get() instanceof ClientCredentials exchanged) {
      client = exchanged;
      getToken(exchanged);
    } else {
      askHome();
    }
  }

  private void askHome() {
    place = home;
    request = HttpQuestion.of(call, home, credential, true);
    askSomewhere();
  }

  private void getToken(ClientCredentials exchanged) {
    CompletableFuture<String> token = tokens.token(exchanged).toCompletableFuture();
    if (token.state() == CompletableFuture.State.SUCCESS) {
      haveToken(token.resultNow());
    } else {
      token.whenComplete(
          (@Nullable String text, @Nullable Throwable fault) ->
              onLoop(
                  () -> {
                    if (fault == null && text != null) {
                      haveToken(text);
                    } else {
                      fail(noToken(fault));
                    }
                  }));
    }
  }

  private void haveToken(String token) {
    if (!over) {
      credential = Optional.of(new StoreCredential.Bearer(token));
      askHome();
    }
  }

  private static StoreFailure noToken(@Nullable Throwable fault) {
    @Nullable Throwable why =
        fault instanceof CompletionException && fault.getCause() != null ? fault.getCause() : fault;
    return why instanceof ClientTokens.NoTokenException none
        ? none.failure()
        : new StoreFailure.Unavailable("no access token for the store could be had");
  }

  private void askSomewhere() {
    lastReadNanos = System.nanoTime();
    // A body can't be sent twice, so it does not go where the other end may have hung up unnoticed.
    @Nullable Channel kept = call.body().isPresent() ? null : pool.take(place.key());
    if (kept == null) {
      connect();
    } else {
      reused = true;
      ask(kept);
    }
  }

  private void connect() {
    reused = false;
    connecting = loop.schedule(this::tooSlow, timeoutNanos, TimeUnit.NANOSECONDS);
    StoreAddress.Http address = place.address();
    // The name service may be slow, and must not hold up the others on this event loop.
    Thread.startVirtualThread(
        () -> {
          try {
            InetSocketAddress checked = wall.checked(address.host(), address.port());
            onLoop(() -> connect(checked));
          } catch (UnknownHostException e) {
            log.warn("Store {}: the name of its host is not known", store());
            onLoop(() -> fail(new StoreFailure.Unreachable("the store's host is not known")));
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
    pool.open(place.key(), checked)
        .addListener(
            (ChannelFuture opening) -> {
              if (!opening.isSuccess()) {
                log.warn("Store {} can't be connected to: {}", store(), told(opening.cause()));
                fail(
                    opening.cause() instanceof ConnectTimeoutException
                        ? new StoreFailure.TimedOut("the store can't be connected to in time")
                        : new StoreFailure.Unreachable("the store can't be connected to"));
                return;
              }
              @Nullable SslHandler tls = opening.channel().pipeline().get(SslHandler.class);
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
                                new StoreFailure.Unreachable(
                                    "the store's TLS certificate is not trusted, or TLS failed"));
                          }
                        });
              }
            });
  }

  private StoreId store() {
    return call.target().store();
  }

  private static String kind(@Nullable Throwable cause) {
    return cause == null ? "no cause" : cause.getClass().getSimpleName();
  }

  /** Words of the network and of TLS: they have addresses and names of certificates, no data. */
  private static String told(@Nullable Throwable cause) {
    return cause == null ? "no cause" : kind(cause) + ": " + cause.getMessage();
  }

  private void ask(Channel connection) {
    stopConnecting();
    @Nullable HttpRequest asking = request;
    if (over || asking == null) {
      connection.close();
      return;
    }
    channel = connection;
    connection.pipeline().get(HttpConversation.class).begin(this);
    connection.config().setAutoRead(!paused);
    ChannelFuture written = connection.write(asking);
    LoopTurn.atEnd(loop, connection::flush);
    if (!written.isDone()) {
      written.addListener(done -> sent(connection, written));
    } else {
      sent(connection, written);
    }
    if (call.body().isPresent() && connection.equals(channel)) {
      bodyUnderWay = true;
      call.body().get().read(new BodySender(connection));
    }
  }

  private void sent(Channel connection, ChannelFuture written) {
    if (!written.isSuccess() && connection.equals(channel)) {
      broken("the request can't be sent to the store");
    }
  }

  /** Passes the caller's body on as it arrives. */
  private final class BodySender implements StoreCall.BodyReader {

    private final Channel connection;

    BodySender(Channel connection) {
      this.connection = connection;
    }

    @Override
    public void piece(ByteBuf bytes) {
      if (over || !connection.equals(channel)) {
        bytes.release();
        return;
      }
      lastReadNanos = System.nanoTime();
      connection.writeAndFlush(new DefaultHttpContent(bytes));
      storeWritable(connection.isWritable());
    }

    @Override
    public void end() {
      bodyUnderWay = false;
      if (!over && connection.equals(channel)) {
        lastReadNanos = System.nanoTime();
        connection.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT);
      }
    }

    @Override
    public void failed(Refusal refusal) {
      fail(new StoreFailure.Refused(refusal));
    }
  }

  /** The store takes more of a body, or less than we send. */
  void storeWritable(boolean writable) {
    if (bodyUnderWay && call.body().isPresent()) {
      if (writable) {
        call.body().get().resume();
      } else {
        call.body().get().pause();
      }
    }
  }

  boolean asksForTheHead() {
    return call.head();
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
    @Nullable Channel connection = channel;
    boolean silent =
        connection == null || !connection.pipeline().get(HttpConversation.class).bytesCame();
    if (reused && silent && call.body().isEmpty()) {
      // The store closed it while it lay idle; GET and HEAD may be asked again.
      leave();
      connect();
    } else {
      fail(new StoreFailure.Unavailable(what));
    }
  }

  private void head(HttpResponse response) {
    if (HttpVerdict.redirects(response)) {
      redirect(response);
      return;
    }
    if (response.status().code() == 401 && renewToken()) {
      return;
    }
    @Nullable StoreFailure failure = verdict.failure(response);
    if (failure != null) {
      fail(failure);
      return;
    }
    answered = true;
    int status = response.status().code();
    bodiless = call.head() || status == 304 || status == 416;
    // A body that does not go out is not read either.
    keepAlive = HttpUtil.isKeepAlive(response) && status != 416;
    receiver.head(verdict.answer(response));
    if (status == 416 && !over) {
      end();
    }
  }

  /** A token may be revoked before its time: another one is asked for, once. */
  private boolean renewToken() {
    @Nullable ClientCredentials exchanged = client;
    if (exchanged == null
        || tokenRenewed
        || !place.sameOrigin(home)
        || !(credential.orElse(null) instanceof StoreCredential.Bearer bearer)) {
      return false;
    }
    tokens.invalidate(exchanged, bearer.token());
    if (call.body().isPresent()) {
      return false;
    }
    tokenRenewed = true;
    redirects = 0;
    closeConnection();
    getToken(exchanged);
    return true;
  }

  private void closeConnection() {
    @Nullable Channel connection = leave();
    if (connection != null) {
      connection.close();
    }
  }

  private void redirect(HttpResponse response) {
    @Nullable String location = response.headers().get(HttpHeaderNames.LOCATION);
    Optional<HttpPlace> next =
        location == null || call.body().isPresent() || redirects == MOST_REDIRECTS
            ? Optional.empty()
            : place.redirected(location);
    if (next.isEmpty()) {
      fail(new StoreFailure.Unavailable("the store redirects where the gate does not follow"));
      return;
    }
    redirects++;
    closeConnection();
    place = next.get();
    request = HttpQuestion.of(call, place, credential, place.sameOrigin(home));
    askSomewhere();
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
    @Nullable Channel connection = leave();
    if (connection != null) {
      if (keepAlive && !bodyUnderWay) {
        pool.giveBack(place.key(), connection);
      } else {
        connection.close();
      }
    }
    receiver.end(rows);
  }

  private void fail(StoreFailure failure) {
    if (over) {
      return;
    }
    giveUp();
    if (beginning) {
      // Whoever asked does not have this fetch in hand yet.
      onLoop(() -> receiver.failed(failure));
    } else {
      receiver.failed(failure);
    }
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
    if (!paused) {
      return;
    }
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
    stopConnecting();
    closeConnection();
  }

  private void stopConnecting() {
    if (connecting != null) {
      connecting.cancel(false);
      connecting = null;
    }
  }

  private @Nullable Channel leave() {
    @Nullable Channel connection = channel;
    channel = null;
    if (connection != null) {
      connection.pipeline().get(HttpConversation.class).end();
    }
    return connection;
  }

  /** When the store is too slow, by {@link System#nanoTime}: while its reader waits, never. */
  long dueNanos() {
    return (answered && paused ? System.nanoTime() : lastReadNanos) + timeoutNanos;
  }

  /** The store did not begin in time, or it stands still. */
  void tooSlow() {
    fail(
        new StoreFailure.TimedOut(
            answered
                ? "the store stopped in the middle of its answer"
                : "the store did not begin to answer in time"));
  }
}
