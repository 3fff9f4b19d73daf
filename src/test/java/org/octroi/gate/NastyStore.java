package org.octroi.gate;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A store that answers well or badly, as its path says: {@code /anything/BEHAVIOUR/SIZE}. What it
 * sends of a body is always a beginning of {@link #body}, so that a reader can tell a whole answer
 * from a wrong one.
 */
final class NastyStore implements AutoCloseable {

  /** How it answers. */
  enum Behaviour {
    LENGTH,
    CHUNKED,
    UNTIL_CLOSE,
    SLOW,
    DIES_BEFORE_LENGTH,
    DIES_BETWEEN_CHUNKS,
    RESETS_IN_THE_MIDDLE,
    STOPS_IN_THE_MIDDLE,
    SAYS_NOTHING,
    CLOSES_AT_ONCE,
    GARBAGE,
    MORE_THAN_ITS_LENGTH,
    TWO_LENGTHS,
    LENGTH_AND_CODING,
    BAD_CHUNK_SIZE,
    NO_CRLF_AFTER_CHUNK,
    ENDLESS_HEAD,
    FAULT;

    /** Whether a reader must have the whole of it. */
    boolean sound() {
      return ordinal() <= SLOW.ordinal();
    }
  }

  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n";

  /** Made once: making them anew would take longer than all that is measured. */
  private static final Map<Integer, byte[]> BODIES = new ConcurrentHashMap<>();

  private final ServerSocket server;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();

  NastyStore() throws IOException {
    server = new ServerSocket(0, 512, InetAddress.getLoopbackAddress());
    Thread.startVirtualThread(this::accept);
  }

  int port() {
    return server.getLocalPort();
  }

  /** The body of this size: no two sizes have bodies that begin alike. */
  static byte[] body(int size) {
    return BODIES.computeIfAbsent(
        size,
        s -> {
          byte[] bytes = new byte[s];
          new Random(s).nextBytes(bytes);
          return bytes;
        });
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        open.add(socket);
        Thread.startVirtualThread(() -> converse(socket));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void converse(Socket socket) {
    try (socket) {
      InputStream in = new BufferedInputStream(socket.getInputStream());
      OutputStream out = new BufferedOutputStream(socket.getOutputStream(), 16 * 1024);
      String line = head(in);
      while (!line.isEmpty()) {
        String[] path = line.split(" ")[1].split("\\?")[0].split("/");
        boolean stays =
            answer(
                Behaviour.valueOf(path[path.length - 2]),
                Integer.parseInt(path[path.length - 1]),
                line.startsWith("HEAD "),
                socket,
                in,
                out);
        out.flush();
        line = stays ? head(in) : "";
      }
    } catch (IOException gone) {
      // The gate hung up on us, as it may at any time.
    } catch (InterruptedException closing) {
      Thread.currentThread().interrupt();
    } finally {
      open.remove(socket);
    }
  }

  /**
   * Answers one request.
   *
   * @return whether the connection may serve another
   */
  private static boolean answer(
      Behaviour behaviour,
      int size,
      boolean toHead,
      Socket socket,
      InputStream in,
      OutputStream out)
      throws IOException, InterruptedException {
    byte[] body = body(size);
    byte[] half = Arrays.copyOf(body, size / 2);
    String length = "Content-Length: " + size + "\r\n";
    String coding = "Transfer-Encoding: chunked\r\n";
    if (toHead && behaviour.sound()) {
      say(out, OK + length + "\r\n");
      return true;
    }
    switch (behaviour) {
      case LENGTH -> {
        say(out, OK + length + "\r\n");
        out.write(body);
        return true;
      }
      case CHUNKED -> {
        say(out, OK + coding + "\r\n");
        chunks(out, body);
        say(out, "0\r\n\r\n");
        return true;
      }
      case UNTIL_CLOSE -> {
        say(out, OK + "Connection: close\r\n\r\n");
        out.write(body);
      }
      case SLOW -> {
        say(out, OK + length + "\r\n");
        for (int part = 0; part < 10; part++) {
          out.write(body, size * part / 10, size * (part + 1) / 10 - size * part / 10);
          out.flush();
          Thread.sleep(20);
        }
        return true;
      }
      case DIES_BEFORE_LENGTH -> {
        say(out, OK + length + "\r\n");
        out.write(half);
      }
      case DIES_BETWEEN_CHUNKS -> {
        say(out, OK + coding + "\r\n");
        chunks(out, half);
      }
      case RESETS_IN_THE_MIDDLE -> {
        say(out, OK + length + "\r\n");
        out.write(half);
        out.flush();
        socket.setSoLinger(true, 0);
      }
      case STOPS_IN_THE_MIDDLE -> {
        say(out, OK + length + "\r\n");
        out.write(half);
        out.flush();
        untilHungUp(in);
      }
      case SAYS_NOTHING -> untilHungUp(in);
      case CLOSES_AT_ONCE -> {}
      case GARBAGE -> out.write(body(700));
      case MORE_THAN_ITS_LENGTH -> {
        say(out, OK + length + "\r\n");
        out.write(body);
        say(out, OK + "Content-Length: 6\r\n\r\nforged");
        return true;
      }
      case TWO_LENGTHS -> {
        say(out, OK + length + "Content-Length: " + size / 2 + "\r\n\r\n");
        out.write(body);
      }
      case LENGTH_AND_CODING -> {
        say(out, OK + length + coding + "\r\n");
        chunks(out, body);
        say(out, "0\r\n\r\n");
      }
      case BAD_CHUNK_SIZE -> {
        say(out, OK + coding + "\r\n");
        chunks(out, half);
        say(out, "-5\r\nhello\r\n0\r\n\r\n");
      }
      case NO_CRLF_AFTER_CHUNK -> {
        say(out, OK + coding + "\r\n");
        chunks(out, half);
        say(out, "5\r\nhello0\r\n\r\n");
      }
      case ENDLESS_HEAD -> say(out, OK + "X: y\r\n".repeat(20_000));
      case FAULT -> say(out, "HTTP/1.1 500 Oops\r\nContent-Length: 4\r\n\r\noops");
    }
    return false;
  }

  private static void chunks(OutputStream out, byte[] body) throws IOException {
    int at = 0;
    for (int size = 1; at < body.length; size = size * 3 % 20_011) {
      int now = Math.min(size, body.length - at);
      say(out, Integer.toHexString(now) + "\r\n");
      out.write(body, at, now);
      say(out, "\r\n");
      at += now;
    }
  }

  private static void say(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static void untilHungUp(InputStream in) throws IOException {
    while (in.read() >= 0) {
      // nothing more is expected of the gate
    }
  }

  /**
   * The request line of the next request, whose head is read to its end; empty where none comes.
   */
  private static String head(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    for (int b = in.read(); b >= 0; b = in.read()) {
      head.append((char) b);
      if (head.length() >= 4 && head.indexOf("\r\n\r\n", head.length() - 4) >= 0) {
        return head.substring(0, head.indexOf("\r\n"));
      }
    }
    return "";
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (Socket socket : open) {
      socket.close();
    }
  }
}
