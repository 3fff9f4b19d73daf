package org.octroi.outbox;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** Somebody's program that webhooks call: it can be up, down, unwell or slow. */
final class Receiver implements AutoCloseable {

  private final int port;
  private final List<Call> calls = new CopyOnWriteArrayList<>();
  private volatile int status = 204;
  private volatile CountDownLatch held = new CountDownLatch(0);
  private volatile CountDownLatch called = new CountDownLatch(1);
  private @Nullable HttpServer server;

  record Call(String delivery, String signature, String body) {}

  Receiver(int port) {
    this.port = port;
  }

  void up() {
    try {
      server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 0);
      server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
      server.createContext(
          "/",
          exchange -> {
            String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
            calls.add(
                new Call(
                    exchange.getRequestHeaders().getFirst("Octroi-Delivery"),
                    exchange.getRequestHeaders().getFirst("Octroi-Signature"),
                    body));
            called.countDown();
            try {
              held.await();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
            if (status == 302) {
              exchange.getResponseHeaders().set("Location", url("/elsewhere"));
            }
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
          });
      server.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void down() {
    if (server != null) {
      server.stop(0);
      server = null;
    }
  }

  void answers(int answer) {
    status = answer;
  }

  /** Takes calls and does not answer until it is let go. */
  void hold() {
    held = new CountDownLatch(1);
    called = new CountDownLatch(1);
  }

  void awaitCall() throws InterruptedException {
    called.await();
  }

  void letGo() {
    held.countDown();
  }

  List<Call> calls() {
    return calls;
  }

  String url(String path) {
    return "http://127.0.0.1:" + port + path;
  }

  @Override
  public void close() {
    letGo();
    down();
  }
}
