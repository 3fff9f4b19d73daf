package org.octroi.store;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.CodecException;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.handler.codec.http.HttpStatusClass;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Base64;
import java.util.Set;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;
import org.octroi.store.StoreCredential.ClientCredentials;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One question to a token server (RFC 6749 §4.4.2) and its answer, on a connection of its own. It
 * waits, so it is for a virtual thread; whoever closes it from another one ends the waiting.
 *
 * <p>No redirect is followed: where it leads was not checked by anyone, and the secret would go
 * along.
 */
final class TokenRequest implements AutoCloseable {

  /** As much as an answer may be long. */
  static final int MOST_BYTES = 64 * 1024;

  /** What an access token is taken to be good for where its server doesn't say. */
  static final Duration USUAL_LIFE = Duration.ofSeconds(60);

  /** So that no number of seconds, however large, is too large to reckon with. */
  private static final Duration LONGEST_LIFE = Duration.ofDays(1);

  private static final int MOST_HEAD_BYTES = 16 * 1024;

  /** What can stand in a header field, without spaces. */
  private static final Pattern TOKEN = Pattern.compile("[\\x21-\\x7E]+");

  /** The errors of RFC 6749 §5.2; any other word could be anything. */
  private static final Set<String> ERRORS =
      Set.of(
          "invalid_request",
          "invalid_client",
          "invalid_grant",
          "unauthorized_client",
          "unsupported_grant_type",
          "invalid_scope");

  private final ClientCredentials client;
  private final AddressWall wall;
  private final SSLSocketFactory tls;
  private final Duration connectTimeout;
  private final Socket socket = new Socket();

  /**
   * An access token.
   *
   * @param text the token
   * @param life how long it is good for, from when it was asked for
   */
  record Granted(String text, Duration life) {
    /** Says nothing of the token. */
    @Override
    public String toString() {
      return "Granted[…, " + life + "]";
    }
  }

  /** No token was to be had. The message names no secret, and nothing that the server wrote. */
  static final class NotGrantedException extends Exception {
    private static final long serialVersionUID = 1L;

    NotGrantedException(String message) {
      super(message);
    }
  }

  TokenRequest(
      ClientCredentials client, AddressWall wall, SSLSocketFactory tls, Duration connectTimeout) {
    this.client = client;
    this.wall = wall;
    this.tls = tls;
    this.connectTimeout = connectTimeout;
  }

  /**
   * Asks, and waits for the answer.
   *
   * @throws NotGrantedException when no token was to be had
   */
  Granted ask() throws NotGrantedException {
    URI url = url();
    try {
      Socket connection = connect(url);
      connection.getOutputStream().write(request(url));
      connection.getOutputStream().flush();
      return read(connection.getInputStream());
    } catch (UnknownHostException e) {
      throw new NotGrantedException("the name of its host is not known");
    } catch (AddressWall.WalledException e) {
      throw new NotGrantedException(e.what());
    } catch (SSLException e) {
      throw new NotGrantedException("its TLS certificate is not trusted, or TLS failed");
    } catch (IOException e) {
      throw new NotGrantedException(
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

  private URI url() throws NotGrantedException {
    try {
      URI url = new URI(new URI(client.tokenUrl()).toASCIIString());
      String scheme = url.getScheme();
      if (url.getHost() != null
          && url.getRawUserInfo() == null
          && url.getPort() <= 65_535
          && url.getPort() != 0
          && ("https".equalsIgnoreCase(scheme) || "http".equalsIgnoreCase(scheme))) {
        return url;
      }
    } catch (URISyntaxException e) {
      // Said below, without the address, which may hold more than a name.
    }
    throw new NotGrantedException("its address is no URL with http or https and a host");
  }

  private Socket connect(URI url) throws IOException, AddressWall.WalledException {
    boolean secure = "https".equalsIgnoreCase(url.getScheme());
    int port = url.getPort() == -1 ? (secure ? 443 : 80) : url.getPort();
    InetSocketAddress checked = wall.checked(url.getHost(), port);
    socket.connect(checked, (int) connectTimeout.toMillis());
    if (!secure) {
      return socket;
    }
    String name = url.getHost().replaceAll("[\\[\\]]", "");
    // The name is for SNI and for the certificate's check; it is not resolved.
    SSLSocket over = (SSLSocket) tls.createSocket(socket, name, port, true);
    SSLParameters parameters = over.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    parameters.setProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
    over.setSSLParameters(parameters);
    over.startHandshake();
    return over;
  }

  private byte[] request(URI url) {
    String body =
        "grant_type=client_credentials" + client.scope().map(s -> "&scope=" + form(s)).orElse("");
    String path = url.getRawPath() == null || url.getRawPath().isEmpty() ? "/" : url.getRawPath();
    String query = url.getRawQuery() == null ? "" : "?" + url.getRawQuery();
    String host = url.getPort() == -1 ? url.getHost() : url.getHost() + ":" + url.getPort();
    // §2.3.1: each in the form encoding, so that a colon in the id is none between the two.
    String secret = form(client.clientId()) + ":" + form(client.clientSecret());
    return ("POST "
            + path
            + query
            + " HTTP/1.1\r\nHost: "
            + host
            + "\r\nUser-Agent: Octroi\r\nAccept: application/json\r\nAuthorization: Basic "
            + Base64.getEncoder().encodeToString(secret.getBytes(US_ASCII))
            + "\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: "
            + body.length()
            + "\r\nConnection: close\r\n\r\n"
            + body)
        .getBytes(US_ASCII);
  }

  private static String form(String text) {
    return URLEncoder.encode(text, UTF_8);
  }

  private static Granted read(InputStream in) throws IOException, NotGrantedException {
    try {
      return decode(in);
    } catch (TooLongFrameException e) {
      throw new NotGrantedException("its answer is longer than " + MOST_BYTES + " bytes");
    } catch (CodecException e) {
      throw new NotGrantedException("it broke off in the middle of its answer");
    }
  }

  /** Reads the bytes of the answer with Netty's decoder, which knows all the ways of framing. */
  private static Granted decode(InputStream in) throws IOException, NotGrantedException {
    EmbeddedChannel http =
        new EmbeddedChannel(
            new HttpResponseDecoder(new HttpDecoderConfig().setMaxHeaderSize(MOST_HEAD_BYTES)),
            new HttpObjectAggregator(MOST_BYTES));
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
        @Nullable FullHttpResponse answer = http.readInbound();
        while (answer != null) {
          try {
            if (answer.decoderResult().isFailure()) {
              throw new NotGrantedException("its answer is not HTTP");
            }
            // What comes before the answer itself, such as 103, says nothing of it.
            if (answer.status().codeClass() != HttpStatusClass.INFORMATIONAL) {
              return granted(answer.status().code(), ByteBufUtil.getBytes(answer.content()));
            }
          } finally {
            answer.release();
          }
          answer = http.readInbound();
        }
      }
      throw new NotGrantedException("it broke off in the middle of its answer");
    } finally {
      http.finishAndReleaseAll();
    }
  }

  private static Granted granted(int status, byte[] body) throws NotGrantedException {
    if (status != 200) {
      throw new NotGrantedException("it answered " + status + error(body));
    }
    JsonNode json = json(body);
    String token = json.path("access_token").stringValue("");
    if (!TOKEN.matcher(token).matches()) {
      throw new NotGrantedException("its answer has no access token");
    }
    if (!json.path("token_type").stringValue("").equalsIgnoreCase("bearer")) {
      throw new NotGrantedException("its token is not of the type Bearer");
    }
    return new Granted(token, life(json.path("expires_in")));
  }

  private static Duration life(JsonNode seconds) throws NotGrantedException {
    if (seconds.isMissingNode() || seconds.isNull()) {
      return USUAL_LIFE;
    }
    // Some write the number as a text.
    String text = seconds.isNumber() || seconds.isString() ? seconds.asString() : "";
    if (!text.matches("[0-9]{1,18}")) {
      throw new NotGrantedException("its answer's expires_in is no number of seconds");
    }
    Duration life = Duration.ofSeconds(Long.parseLong(text));
    return life.compareTo(LONGEST_LIFE) > 0 ? LONGEST_LIFE : life;
  }

  private static JsonNode json(byte[] body) throws NotGrantedException {
    try {
      return JsonMapper.shared().readTree(body);
    } catch (JacksonException e) {
      // Jackson's own words may quote the token.
      throw new NotGrantedException("its answer is not JSON");
    }
  }

  private static String error(byte[] body) {
    try {
      String error = JsonMapper.shared().readTree(body).path("error").asString("");
      return ERRORS.contains(error) ? " (" + error + ")" : "";
    } catch (JacksonException e) {
      return "";
    }
  }
}
