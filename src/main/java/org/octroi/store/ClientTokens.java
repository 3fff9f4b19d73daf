package org.octroi.store;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import javax.net.ssl.SSLSocketFactory;
import org.octroi.store.StoreCredential.ClientCredentials;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * The access tokens of stores whose credential is an OAuth2 client (RFC 6749 §4.4). A token is
 * remembered until shortly before it ends; however many fetches wait for one, its server is asked
 * once. A server that gave none is left alone for a second, so that a store in demand does not
 * overrun it.
 *
 * <p>Never blocks; safe for use by many threads.
 */
@Component
final class ClientTokens {

  /** A token within this of its end may end on the way to the store. */
  private static final Duration LONGEST_MARGIN = Duration.ofSeconds(30);

  private static final Duration LEFT_ALONE = Duration.ofSeconds(1);

  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(10);

  private static final Logger log = LoggerFactory.getLogger(ClientTokens.class);

  private final AddressWall wall;
  private final Duration connectTimeout;
  private final Duration answerWithin;
  private final LongSupplier nanoTime;
  private final SSLSocketFactory tls;

  private final Cache<ClientCredentials, Asked> asked =
      Caffeine.newBuilder().maximumSize(1024).build();

  @Autowired
  ClientTokens(AddressWall wall, TrustedTls tls, StoreProperties properties) {
    this(wall, tls, properties, ANSWER_WITHIN, System::nanoTime);
  }

  /**
   * @param answerWithin the most that getting a token may take, from the name's resolution on
   * @param nanoTime the clock that tokens end by
   */
  ClientTokens(
      AddressWall wall,
      TrustedTls tls,
      StoreProperties properties,
      Duration answerWithin,
      LongSupplier nanoTime) {
    this.wall = wall;
    this.connectTimeout = properties.connectTimeout();
    this.answerWithin = answerWithin;
    this.nanoTime = nanoTime;
    this.tls = tls.client().context().getSocketFactory();
  }

  /** What was asked for, and until when its answer holds. */
  private static final class Asked {
    private final CompletableFuture<String> token = new CompletableFuture<>();

    private final AtomicBoolean settled = new AtomicBoolean();

    /** Written before the token is there, read only after. */
    private volatile long untilNanos;

    /** Whether it falls to the caller to complete it, of all who would; the first one may. */
    boolean settle(long until) {
      if (!settled.compareAndSet(false, true)) {
        return false;
      }
      untilNanos = until;
      return true;
    }

    boolean holdsAt(long now) {
      return !token.isDone() || now - untilNanos < 0;
    }

    boolean gave(String text) {
      return token.isDone() && !token.isCompletedExceptionally() && token.join().equals(text);
    }
  }

  /** No token was to be had; the message and the failure name no secret. */
  static final class NoTokenException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient StoreFailure failure;

    NoTokenException(StoreFailure failure) {
      super(failure.toString());
      this.failure = failure;
    }

    StoreFailure failure() {
      return failure;
    }
  }

  /**
   * A token that is good for at least a little while, or a {@link NoTokenException}. What depends
   * on it runs on the calling thread when it is known already, else on another one: never count on
   * an event loop.
   */
  CompletionStage<String> token(ClientCredentials client) {
    long now = nanoTime.getAsLong();
    Asked known = asked.getIfPresent(client);
    if (known == null || !known.holdsAt(now)) {
      known =
          asked
              .asMap()
              .compute(
                  client,
                  (key, other) -> other != null && other.holdsAt(now) ? other : ask(key, now));
    }
    return known.token.minimalCompletionStage();
  }

  /**
   * Forgets a token that the store refused with 401; one that came meanwhile is kept. Whoever asks
   * a store again does it once: a store that refuses a new token too would refuse the next one.
   */
  void invalidate(ClientCredentials client, String token) {
    asked.asMap().computeIfPresent(client, (key, known) -> known.gave(token) ? null : known);
  }

  private Asked ask(ClientCredentials client, long now) {
    Asked asking = new Asked();
    TokenRequest request = new TokenRequest(client, wall, tls, connectTimeout);
    CompletableFuture.delayedExecutor(answerWithin.toNanos(), TimeUnit.NANOSECONDS)
        .execute(
            () -> {
              // Closed in any case: the name service may still be at work on an answer for nobody.
              request.close();
              fail(
                  asking,
                  client,
                  "it did not answer in time",
                  new StoreFailure.TimedOut("the store's token server did not answer in time"));
            });
    Thread.startVirtualThread(() -> ask(client, request, asking, now));
    return asking;
  }

  private void ask(ClientCredentials client, TokenRequest request, Asked asking, long now) {
    try (request) {
      TokenRequest.Granted granted = request.ask();
      if (asking.settle(now + granted.life().minus(margin(granted.life())).toNanos())) {
        asking.token.complete(granted.text());
      }
    } catch (TokenRequest.NotGrantedException e) {
      fail(
          asking,
          client,
          String.valueOf(e.getMessage()),
          new StoreFailure.Unavailable("the store's token server gave no token"));
    } finally {
      // A fault of our own must not let the fetches wait for ever.
      fail(
          asking,
          client,
          "the gate met a fault of its own",
          new StoreFailure.Unavailable("the gate met a fault of its own"));
    }
  }

  private void fail(Asked asking, ClientCredentials client, String why, StoreFailure failure) {
    if (asking.settle(nanoTime.getAsLong() + LEFT_ALONE.toNanos())) {
      log.warn("Token server {}: {}", host(client), why);
      asking.token.completeExceptionally(new NoTokenException(failure));
    }
  }

  /** A fifth of a short life, so that most of it is used. */
  private static Duration margin(Duration life) {
    Duration fifth = life.dividedBy(5);
    return fifth.compareTo(LONGEST_MARGIN) < 0 ? fifth : LONGEST_MARGIN;
  }

  /** The host alone: an address may hold more than a name. */
  private static String host(ClientCredentials client) {
    try {
      return String.valueOf(URI.create(client.tokenUrl()).getHost());
    } catch (IllegalArgumentException e) {
      return "without a host";
    }
  }
}
