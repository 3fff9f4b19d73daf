package org.octroi.store;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.CodecException;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.util.ReferenceCountUtil;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Map;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * One call and its answer, on a connection of its own, to an address that the {@link AddressWall}
 * lets through. It waits, so it is for a virtual thread; whoever closes it from another one ends
 * the waiting.
 *
 * <p>No redirect is followed: where it leads was not checked by anyone, and what is sent would go
 * along.
 */
final class WalledCall implements AutoCloseable {

  /** As much as an answer may be long where it is read. */
  static final int MOST_BYTES = 64 * 1024;

  private static final int MOST_HEAD_BYTES = 16 * 1024;

  private final AddressWall wall;
  private final SSLSocketFactory tls;
  private final Duration connectTimeout;
  private final Socket socket = new Socket();

  /**
   * What came back.
   *
   * @param body empty where only the status was wanted
   */
  record Answer(int status, byte[] body) {}

  WalledCall(AddressWall wall, SSLSocketFactory tls, Duration connectTimeout) {
    this.wall = wall;
    this.tls = tls;
    this.connectTimeout = connectTimeout;
  }

  /**
   * Sends it to wherever the wall lets a store be, with TLS or without, and reads the answer.
   *
   * @param fields of the header, beside those of every request; visible ASCII
   */
  Answer ask(CalledAddress address, Map<String, String> fields, byte[] body)
      throws NoAnswerException {
    return send("POST", address, fields, body, false, false);
  }

  /**
   * Sends it, without TLS only where the operator allowed that address; the answer's status is all
   * that is read of it.
   *
   * @param fields of the header, beside those of every request; visible ASCII
   */
  int tell(CalledAddress address, Map<String, String> fields, byte[] body)
      throws NoAnswerException {
    return send("POST", address, fields, body, true, true).status();
  }

  /** Reads what is there, without TLS only where the operator allowed that address. */
  Answer read(CalledAddress address, Map<String, String> fields) throws NoAnswerException {
    return send("GET", address, fields, new byte[0], true, false);
  }

  /** Posts this, without TLS only where the operator allowed that address. */
  Answer post(CalledAddress address, Map<String, String> fields, byte[] body)
      throws NoAnswerException {
    return send("POST", address, fields, body, true, false);
  }

  private Answer send(
      String method,
      CalledAddress address,
      Map<String, String> fields,
      byte[] body,
      boolean onlyAllowedWithoutTls,
      boolean onlyStatus)
      throws NoAnswerException {
    try {
      Socket connection = connect(address, onlyAllowedWithoutTls);
      connection.getOutputStream().write(request(method, address, fields, body));
      connection.getOutputStream().flush();
      return read(connection.getInputStream(), onlyStatus);
    } catch (UnknownHostException e) {
      throw new NoAnswerException("the name of its host is not known");
    } catch (AddressWall.WalledException e) {
      throw new NoAnswerException(e.what());
    } catch (SSLException e) {
      throw new NoAnswerException("its TLS certificate is not trusted, or TLS failed");
    } catch (IOException e) {
      throw new NoAnswerException(
          "it can't be reached, or broke off (" + e.getClass().getSimpleName() + ")");
    }
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      // Then the system has closed it, or will with the process: nobody waits for it any more.
    }
  }

  private Socket connect(CalledAddress address, boolean onlyAllowedWithoutTls)
      throws IOException, AddressWall.WalledException {
    String host = address.uri().getHost();
    int port = address.port();
    InetSocketAddress checked =
        onlyAllowedWithoutTls && !address.isSecure()
            ? wall.expresslyAllowed(host, port)
            : wall.checked(host, port);
    socket.connect(checked, (int) connectTimeout.toMillis());
    if (!address.isSecure()) {
      return socket;
    }
    String name = host.replaceAll("[\\[\\]]", "");
    // The name is for SNI and for the certificate's check; it is not resolved.
    SSLSocket over = (SSLSocket) tls.createSocket(socket, name, port, true);
    SSLParameters parameters = over.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    parameters.setProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
    over.setSSLParameters(parameters);
    over.startHandshake();
    return over;
  }

  private static byte[] request(
      String method, CalledAddress address, Map<String, String> fields, byte[] body) {
    StringBuilder head = new StringBuilder(512);
    head.append(method).append(' ').append(address.target()).append(" HTTP/1.1\r\n");
    field(head, "Host", address.authority());
    field(head, "User-Agent", "Octroi");
    fields.forEach((name, value) -> field(head, name, value));
    if (body.length > 0 || method.equals("POST")) {
      field(head, "Content-Length", Integer.toString(body.length));
    }
    field(head, "Connection", "close");
    head.append("\r\n");
    ByteArrayOutputStream whole = new ByteArrayOutputStream(head.length() + body.length);
    whole.writeBytes(head.toString().getBytes(US_ASCII));
    whole.writeBytes(body);
    return whole.toByteArray();
  }

  private static void field(StringBuilder head, String name, String value) {
    head.append(name).append(": ").append(value).append("\r\n");
  }

  private static Answer read(InputStream in, boolean onlyStatus)
      throws IOException, NoAnswerException {
    try {
      return decode(in, onlyStatus);
    } catch (TooLongFrameException e) {
      throw new NoAnswerException("its answer is longer than " + MOST_BYTES + " bytes");
    } catch (CodecException e) {
      throw new NoAnswerException("it broke off in the middle of its answer");
    }
  }

  /** Reads the bytes of the answer with Netty's decoder, which knows all the ways of framing. */
  private static Answer decode(InputStream in, boolean onlyStatus)
      throws IOException, NoAnswerException {
    EmbeddedChannel http =
        new EmbeddedChannel(
            new HttpResponseDecoder(new HttpDecoderConfig().setMaxHeaderSize(MOST_HEAD_BYTES)));
    if (!onlyStatus) {
      http.pipeline().addLast(new HttpObjectAggregator(MOST_BYTES));
    }
    try {
      byte[] part = new byte[8192];
      boolean ended = false;
      while (!ended) {
        int count = in.read(part);
        ended = count < 0;
        if (ended) {
          http.finish();
        } else {
          http.writeInbound(Unpooled.copiedBuffer(part, 0, count));
        }
        @Nullable Object decoded = http.readInbound();
        while (decoded != null) {
          try {
            if (decoded instanceof HttpResponse head) {
              if (head.decoderResult().isFailure()) {
                throw new NoAnswerException("its answer is not HTTP");
              }
              // What comes before the answer itself, such as 103, says nothing of it.
              if (head.status().codeClass() != HttpStatusClass.INFORMATIONAL) {
                return new Answer(
                    head.status().code(),
                    head instanceof FullHttpResponse full
                        ? ByteBufUtil.getBytes(full.content())
                        : new byte[0]);
              }
            }
          } finally {
            ReferenceCountUtil.release(decoded);
          }
          decoded = http.readInbound();
        }
      }
      throw new NoAnswerException("it broke off in the middle of its answer");
    } finally {
      http.finishAndReleaseAll();
    }
  }
}
