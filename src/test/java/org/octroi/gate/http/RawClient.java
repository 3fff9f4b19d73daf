package org.octroi.gate.http;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.NullMarked;

/** Speaks to a port byte by byte, so that a test can also say what no HTTP library would. */
@NullMarked
public final class RawClient implements Closeable {

  private final Socket socket;
  private final InputStream in;

  public RawClient(int port) throws IOException {
    this(port, Duration.ofSeconds(10));
  }

  /**
   * @param patience how long it waits for each word
   */
  public RawClient(int port, Duration patience) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout((int) patience.toMillis());
    in = socket.getInputStream();
  }

  /** Comes from this address of the machine. */
  public RawClient(int port, InetAddress from) throws IOException {
    this(new Socket(InetAddress.getLoopbackAddress(), port, from, 0));
  }

  /** Speaks by a connection that is there already. */
  public RawClient(Socket socket) throws IOException {
    this.socket = socket;
    socket.setSoTimeout(10_000);
    in = socket.getInputStream();
  }

  /** Goes on in TLS, to a host of this name. */
  public SSLSocket secured(SSLContext context, String host) throws IOException {
    return (SSLSocket)
        context.getSocketFactory().createSocket(socket, host, socket.getPort(), true);
  }

  /**
   * An answer as it came.
   *
   * @param headers by name in lower case; several lines are joined by {@code ", "}
   */
  public record Answer(int status, Map<String, String> headers, byte[] bytes) {

    public String body() {
      return new String(bytes, StandardCharsets.UTF_8);
    }

    public String header(String name) {
      return headers.getOrDefault(name, "");
    }
  }

  /** Sends text as it is. */
  public RawClient send(String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    return this;
  }

  /** Says that nothing more is to come; answers can still be read. */
  public RawClient endOfRequests() throws IOException {
    socket.shutdownOutput();
    return this;
  }

  /** Sends a GET with these header lines. */
  public RawClient get(String target, String... headers) throws IOException {
    return send(
        "GET "
            + target
            + " HTTP/1.1\r\nHost: gate\r\n"
            + String.join("", java.util.Arrays.stream(headers).map(h -> h + "\r\n").toList())
            + "\r\n");
  }

  /** The next answer. */
  public Answer answer() throws IOException {
    return answer(false);
  }

  /** The head of the next answer; its body is still to come. */
  public Answer head() throws IOException {
    String[] statusLine = line().split(" ", 3);
    Map<String, String> headers = new TreeMap<>();
    for (String field = line(); !field.isEmpty(); field = line()) {
      int colon = field.indexOf(':');
      headers.merge(
          field.substring(0, colon).toLowerCase(Locale.ROOT),
          field.substring(colon + 1).strip(),
          (one, other) -> one + ", " + other);
    }
    return new Answer(Integer.parseInt(statusLine[1]), headers, new byte[0]);
  }

  /** The next answer; to HEAD it has no body. */
  public Answer answer(boolean toHead) throws IOException {
    Answer head = head();
    int status = head.status();
    Map<String, String> headers = head.headers();
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    if (!toHead && status != 204 && status != 304 && status >= 200) {
      if (headers.containsKey("content-length")) {
        body.write(read(Integer.parseInt(headers.get("content-length"))));
      } else if ("chunked".equals(headers.get("transfer-encoding"))) {
        for (int size = size(); size > 0; size = size()) {
          body.write(read(size));
          line();
        }
        line();
      } else {
        in.transferTo(body);
      }
    }
    return new Answer(status, headers, body.toByteArray());
  }

  /** Whether the other side has closed; reads, and throws away, what comes before. */
  public boolean isClosed() throws IOException {
    while (in.read() >= 0) {
      // whatever still comes
    }
    return true;
  }

  /** Whatever comes until the other side closes, as it comes. */
  public String rest() throws IOException {
    return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
  }

  public int read() throws IOException {
    return in.read();
  }

  /** Hangs up at once, without a good-bye. */
  public void vanish() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  private int size() throws IOException {
    return Integer.parseInt(line(), 16);
  }

  /** So many bytes of a body. */
  public byte[] read(int length) throws IOException {
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException("the answer ends after " + bytes.length + " of " + length + " bytes");
    }
    return bytes;
  }

  private String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        throw new EOFException("the connection ended");
      }
      if (b != '\r') {
        line.write(b);
      }
    }
    return line.toString(StandardCharsets.ISO_8859_1);
  }
}
