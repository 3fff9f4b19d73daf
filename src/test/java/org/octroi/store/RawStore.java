package org.octroi.store;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** An HTTP server byte by byte, so that a test can also do what none does. */
final class RawStore implements AutoCloseable {

  private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

  /** The heads of all requests, in their order. */
  final List<String> heads = new CopyOnWriteArrayList<>();

  /** What the server does on one connection; when it returns the connection is closed. */
  interface Script {
    void serve(int connection, Talk talk) throws IOException;
  }

  RawStore(Script script) throws IOException {
    Thread.startVirtualThread(() -> accept(script));
  }

  private void accept(Script script) {
    try {
      for (int i = 0; true; i++) {
        Socket socket = server.accept();
        int number = i;
        sockets.add(socket);
        Thread.startVirtualThread(
            () -> {
              try (socket) {
                script.serve(number, new Talk(socket));
              } catch (IOException e) {
                // The other side went first.
              }
            });
      }
    } catch (IOException e) {
      // The test is over.
    }
  }

  /** One connection. */
  final class Talk {

    private final Socket socket;
    private final InputStream in;

    private Talk(Socket socket) throws IOException {
      this.socket = socket;
      this.in = socket.getInputStream();
    }

    /** The head of the next request; false where the other side closed instead. */
    boolean hear() throws IOException {
      ByteArrayOutputStream head = new ByteArrayOutputStream();
      while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
        int b = in.read();
        if (b < 0) {
          return false;
        }
        head.write(b);
      }
      heads.add(head.toString(StandardCharsets.ISO_8859_1));
      return true;
    }

    String read(int bytes) throws IOException {
      return new String(in.readNBytes(bytes), StandardCharsets.ISO_8859_1);
    }

    void say(String text) throws IOException {
      socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    void ok(String body) throws IOException {
      say("HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
    }
  }

  int port() {
    return server.getLocalPort();
  }

  StoreAddress.Http address() {
    return new StoreAddress.Http(false, "127.0.0.1", port(), "");
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (Socket socket : sockets) {
      socket.close();
    }
  }
}
