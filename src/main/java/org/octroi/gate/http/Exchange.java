package org.octroi.gate.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * One request and the way back to its client: first {@link #head}, then any number of {@link
 * #piece}, at the end {@link #end} or {@link #cut}. What is said to a client that has gone is
 * quietly dropped. For use on the connection's event loop only.
 */
public final class Exchange {

  private final Connection connection;
  private final HttpRequest request;
  private final long beganNanos = System.nanoTime();
  private boolean keepAlive;
  private boolean bodiless;
  private boolean endsByClosing;
  private boolean over;
  private int status;
  private long bodyBytes;
  private @Nullable DefaultHttpResponse waitingHead;
  private @Nullable Listener listener;

  Exchange(Connection connection, HttpRequest request, boolean keepAlive) {
    this.connection = connection;
    this.request = request;
    this.keepAlive = keepAlive && HttpUtil.isKeepAlive(request);
    this.bodiless = request.method().equals(HttpMethod.HEAD);
  }

  /** Who must know what becomes of the client. */
  public interface Listener {

    /** The client reads slower than we write, or has caught up again. */
    void writable(boolean writable);

    /** The client went away before the end. */
    void gone();
  }

  /** From now on this one is told; at once where the client has gone already. */
  public void listen(Listener listener) {
    this.listener = listener;
    if (over) {
      listener.gone();
    } else if (!connection.writable()) {
      listener.writable(false);
    }
  }

  /** The loop that everything about this request happens on. */
  public EventLoop loop() {
    return connection.loop();
  }

  /** Who is at the other end. */
  public Client client() {
    return connection.client();
  }

  /** The version of HTTP that the client speaks. */
  public Version version() {
    if (connection.isStream()) {
      return Version.HTTP_2;
    }
    return HttpVersion.HTTP_1_0.equals(request.protocolVersion())
        ? Version.HTTP_1_0
        : Version.HTTP_1_1;
  }

  /** A version of HTTP. */
  public enum Version {
    HTTP_1_0,
    HTTP_1_1,
    HTTP_2
  }

  /** The request's header, as sent. */
  public HttpHeaders requestHeaders() {
    return request.headers();
  }

  /**
   * Writes the head of the answer; framing fields are added here.
   *
   * @param ownFields all others, which are changed by it
   * @param length the length of the body, where it is known
   */
  public void head(int code, HttpHeaders ownFields, OptionalLong length) {
    if (over) {
      return;
    }
    HttpHeaders fields =
        connection.isStream() && ownFields instanceof PreparedFields.Written prepared
            ? prepared.whole()
            : ownFields;
    status = code;
    boolean http11 = request.protocolVersion().equals(HttpVersion.HTTP_1_1);
    DefaultHttpResponse response =
        new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(code), fields);
    if (code == 204 || code == 304) {
      bodiless = true;
    } else if (length.isPresent()) {
      fields.set(HttpHeaderNames.CONTENT_LENGTH, Long.toString(length.getAsLong()));
    } else if (!bodiless && http11) {
      fields.set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
    } else if (!bodiless) {
      endsByClosing = true;
      keepAlive = false;
    }
    keepAlive = keepAlive && connection.mayGoOn();
    if (!keepAlive) {
      fields.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    } else if (!http11) {
      fields.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.KEEP_ALIVE);
    }
    fields.set(HttpHeaderNames.DATE, HttpDate.now());
    waitingHead = response;
  }

  /** Writes a piece of the body and releases it. */
  public void piece(ByteBuf bytes) {
    if (over || bodiless || !bytes.isReadable()) {
      bytes.release();
      return;
    }
    bodyBytes += bytes.readableBytes();
    writeHead();
    connection.write(new DefaultHttpContent(bytes));
    connection.flushSoon();
  }

  /** Writes the last piece of the body and releases it: the answer is whole. */
  public void last(ByteBuf bytes) {
    @Nullable DefaultHttpResponse response = waitingHead;
    if (over || bodiless || response == null) {
      piece(bytes);
      end();
      return;
    }
    waitingHead = null;
    bodyBytes += bytes.readableBytes();
    finish();
    connection.end(
        new DefaultFullHttpResponse(
            response.protocolVersion(),
            response.status(),
            bytes,
            response.headers(),
            EmptyHttpHeaders.INSTANCE),
        keepAlive);
  }

  /** The head waits for what comes with it: a short answer is one message, and one write. */
  private void writeHead() {
    if (waitingHead != null) {
      connection.write(waitingHead);
      waitingHead = null;
    }
  }

  /** The answer is whole. */
  public void end() {
    if (over) {
      return;
    }
    writeHead();
    finish();
    connection.end(LastHttpContent.EMPTY_LAST_CONTENT, keepAlive);
  }

  /** Breaks the answer off so that the client sees that it is not whole. */
  public void cut() {
    if (over) {
      return;
    }
    writeHead();
    finish();
    connection.cut(endsByClosing);
  }

  void clientGone() {
    if (!over) {
      @Nullable Listener told = listener;
      finish();
      if (told != null) {
        told.gone();
      }
    }
  }

  void clientWritable(boolean writable) {
    if (!over && listener != null) {
      listener.writable(writable);
    }
  }

  private void finish() {
    over = true;
    listener = null;
    connection.answered(status, bodyBytes, System.nanoTime() - beganNanos);
  }
}
