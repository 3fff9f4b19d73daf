package org.octroi.store;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpHeadersFactory;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.AsciiString;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.octroi.vocabulary.Format;

/**
 * Writes the request that an HTTP store is asked with.
 *
 * <p>Where obligations touch the content the store is asked for the plain whole of it: no
 * compression, no ranges, no conditions.
 */
final class HttpQuestion {

  /** What goes to the store only where its bytes go out as they are. */
  private static final AsciiString[] UNTOUCHED = {
    HttpHeaderNames.RANGE,
    HttpHeaderNames.IF_RANGE,
    HttpHeaderNames.IF_NONE_MATCH,
    HttpHeaderNames.IF_MODIFIED_SINCE
  };

  private static final AsciiString USER_AGENT = AsciiString.cached("Octroi");

  private static final AsciiString FORWARDED = AsciiString.cached("forwarded");
  private static final AsciiString OCTROI_REQUEST = AsciiString.cached("octroi-request");
  private static final AsciiString OCTROI_AGREEMENT = AsciiString.cached("octroi-agreement");

  private static final Map<Format, AsciiString> ACCEPTED = acceptedByFormat();

  /** The names are those above, but for that of a credential, which was looked at when opened. */
  private static final HttpHeadersFactory OUR_NAMES =
      DefaultHttpHeadersFactory.headersFactory().withNameValidation(false);

  private HttpQuestion() {}

  /**
   * The request.
   *
   * @param atHome whether it goes to the store itself, and not where the store redirected to: only
   *     the store is told who asks, and shown a credential
   */
  static HttpRequest of(
      StoreCall call, HttpPlace place, Optional<StoreCredential> credential, boolean atHome) {
    HttpHeaders headers = OUR_NAMES.newHeaders();
    headers.set(HttpHeaderNames.HOST, place.host());
    headers.set(HttpHeaderNames.USER_AGENT, USER_AGENT);
    headers.set(HttpHeaderNames.VIA, call.via());
    copy(call, HttpHeaderNames.ACCEPT_LANGUAGE, headers);
    headers.set(HttpHeaderNames.ACCEPT, accepted(call));
    @Nullable String encoding = call.headers().get("accept-encoding");
    if (call.obligations().shapesContent() || encoding == null) {
      headers.set(HttpHeaderNames.ACCEPT_ENCODING, HttpHeaderValues.IDENTITY);
    } else {
      headers.set(HttpHeaderNames.ACCEPT_ENCODING, encoding);
    }
    if (!call.obligations().shapesContent() && !call.headers().isEmpty()) {
      for (AsciiString name : UNTOUCHED) {
        copy(call, name, headers);
      }
    }
    if (atHome) {
      headers.set(FORWARDED, call.forwarded());
      headers.set(OCTROI_REQUEST, call.requestId());
      if (call.agreement().isPresent() && call.target().namesAgreement()) {
        headers.set(OCTROI_AGREEMENT, call.agreement().get().value());
      }
      credential.ifPresent(secret -> authorise(secret, headers));
    }
    return request(call, place, headers);
  }

  private static HttpRequest request(StoreCall call, HttpPlace place, HttpHeaders headers) {
    if (call.body().isPresent()) {
      StoreCall.Body body = call.body().get();
      headers.set(HttpHeaderNames.CONTENT_TYPE, body.mediaType());
      if (body.length().isPresent()) {
        headers.set(HttpHeaderNames.CONTENT_LENGTH, body.length().getAsLong());
      } else {
        headers.set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
      }
      return new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.POST, place.target(), headers);
    }
    return new DefaultFullHttpRequest(
        HttpVersion.HTTP_1_1,
        call.head() ? HttpMethod.HEAD : HttpMethod.GET,
        place.target(),
        Unpooled.EMPTY_BUFFER,
        headers,
        EmptyHttpHeaders.INSTANCE);
  }

  /**
   * The format that was decided, whatever else the caller would take as well. The rest is for
   * stores that know it under another name; what they answer in is looked at.
   */
  private static AsciiString accepted(StoreCall call) {
    return Objects.requireNonNull(ACCEPTED.get(call.format()));
  }

  private static Map<Format, AsciiString> acceptedByFormat() {
    Map<Format, AsciiString> accepted = new EnumMap<>(Format.class);
    for (Format format : Format.values()) {
      accepted.put(format, AsciiString.cached(format.mediaType() + ", */*;q=0.1"));
    }
    return accepted;
  }

  private static void copy(StoreCall call, AsciiString name, HttpHeaders headers) {
    @Nullable String value = call.headers().get(name.toString());
    if (value != null) {
      headers.set(name, value);
    }
  }

  private static void authorise(StoreCredential secret, HttpHeaders headers) {
    switch (secret) {
      case StoreCredential.Bearer bearer ->
          headers.set(HttpHeaderNames.AUTHORIZATION, "Bearer " + bearer.token());
      case StoreCredential.Basic basic ->
          headers.set(HttpHeaderNames.AUTHORIZATION, basic.header());
      case StoreCredential.Header header -> headers.set(header.name(), header.value());
      case StoreCredential.ClientCredentials exchanged ->
          throw new IllegalStateException("it is exchanged for a token first");
      case StoreCredential.Sql sql ->
          throw new StoreCredential.UnreadableException("an HTTP store has an SQL credential");
    }
  }
}
