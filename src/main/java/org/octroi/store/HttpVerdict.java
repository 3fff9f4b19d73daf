package org.octroi.store;

import io.netty.handler.codec.DateFormatter;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.util.AsciiString;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.octroi.problem.ProblemType;
import org.octroi.problem.Refusal;
import org.octroi.vocabulary.Format;
import org.octroi.vocabulary.Lately;

/**
 * What is to be thought of the head of an HTTP store's answer: which part of it goes out, or why
 * nothing does. A store's error bodies never go out, they may tell of its inside.
 */
final class HttpVerdict {

  /** What goes out of an untouched answer's head. */
  private static final AsciiString[] OUT = {
    HttpHeaderNames.CONTENT_RANGE,
    HttpHeaderNames.CONTENT_ENCODING,
    HttpHeaderNames.CONTENT_DISPOSITION,
    HttpHeaderNames.ACCEPT_RANGES,
    HttpHeaderNames.CACHE_CONTROL,
    HttpHeaderNames.EXPIRES,
    HttpHeaderNames.AGE,
    HttpHeaderNames.VARY
  };

  private static final int REDIRECT_FIRST = 300;
  private static final int REDIRECT_LAST = 308;

  /** A store says the same date for days. */
  private static final Lately<String, Optional<Instant>> DATES =
      new Lately<>(
          text -> Optional.ofNullable(DateFormatter.parseHttpDate(text)).map(Date::toInstant));

  private final StoreCall call;
  private final boolean shaped;

  HttpVerdict(StoreCall call) {
    this.call = call;
    this.shaped = call.obligations().shapesContent();
  }

  /** Why nothing of this answer goes out; null where it does. */
  @Nullable StoreFailure failure(HttpResponse response) {
    int status = response.status().code();
    HttpHeaders headers = response.headers();
    if (status == 200) {
      return shaped ? unreadable(headers) : otherFormat(headers);
    }
    return switch (status) {
      case 206 -> shaped ? notAskedFor(status) : otherFormat(headers);
      case 304, 416 -> shaped ? notAskedFor(status) : null;
      case 400, 422 -> refused(ProblemType.MALFORMED_REQUEST);
      case 404, 410 -> refused(ProblemType.NOT_FOUND);
      case 406, 415 -> refused(ProblemType.NOT_ACCEPTABLE);
      case 413 -> refused(ProblemType.PAYLOAD_TOO_LARGE);
      case 414 -> refused(ProblemType.URI_TOO_LONG);
      case 401, 403, 407 -> new StoreFailure.Unavailable("the store does not let the gate in");
      case 429 -> new StoreFailure.Busy("the store asks for a pause");
      case 408, 504 -> new StoreFailure.TimedOut("the store gave up by itself");
      case 502, 503 -> new StoreFailure.Unreachable("the store answers " + status);
      default -> new StoreFailure.Unavailable("the store answers " + status);
    };
  }

  /** Whether the answer is elsewhere. */
  static boolean redirects(HttpResponse response) {
    int status = response.status().code();
    return status > REDIRECT_FIRST
        && status <= REDIRECT_LAST
        && status != 304
        && status != 305
        && status != 306;
  }

  /** What goes out. */
  StoreAnswer answer(HttpResponse response) {
    return shaped
        ? ShapedAnswer.of(call.format().mediaType())
        : untouched(response, response.status().code());
  }

  private static StoreFailure notAskedFor(int status) {
    return new StoreFailure.Unavailable("the store answers " + status + ", not asked for");
  }

  private static StoreFailure refused(ProblemType type) {
    return new StoreFailure.Refused(Refusal.of(type));
  }

  /** Why content can't be read to be shaped, if it can't. */
  private @Nullable StoreFailure unreadable(HttpHeaders headers) {
    String encoding = headers.get(HttpHeaderNames.CONTENT_ENCODING, "identity");
    if (!encoding.equalsIgnoreCase("identity")) {
      return new StoreFailure.Unshapeable("the store compresses although it was asked not to");
    }
    String type = headers.get(HttpHeaderNames.CONTENT_TYPE, "");
    Charset charset = HttpUtil.getCharset(type, StandardCharsets.UTF_8);
    if (!charset.equals(StandardCharsets.UTF_8) && !charset.equals(StandardCharsets.US_ASCII)) {
      return new StoreFailure.Unshapeable("the store's answer is not in UTF-8");
    }
    return otherFormat(headers);
  }

  /** The policy decided on a format: a store's answer in another one must not go out. */
  private @Nullable StoreFailure otherFormat(HttpHeaders headers) {
    String type = headers.get(HttpHeaderNames.CONTENT_TYPE, "");
    if (call.head() || type.equals(call.format().mediaType())) {
      return null;
    }
    int semicolon = type.indexOf(';');
    String plain = (semicolon < 0 ? type : type.substring(0, semicolon)).strip();
    for (Format format : Format.values()) {
      if (format.mediaType().equalsIgnoreCase(plain) && isOther(format)) {
        return new StoreFailure.Unshapeable(
            "the store answers in "
                + format.word()
                + ", and "
                + call.format().word()
                + " was decided");
      }
    }
    return null;
  }

  /**
   * GeoJSON is JSON, and bytes or text may be anything: as such a store may answer, unless the
   * distribution has that as a format of its own.
   */
  private boolean isOther(Format answered) {
    if (answered == call.format()) {
      return false;
    }
    boolean mayBeTheSame =
        switch (answered) {
          case TEXT, BINARY -> true;
          case JSON -> call.format() == Format.GEOJSON;
          case GEOJSON -> call.format() == Format.JSON;
          case CSV, NDJSON, XML, ZIP, PARQUET -> false;
        };
    return !mayBeTheSame || call.target().formats().contains(answered);
  }

  private StoreAnswer untouched(HttpResponse response, int status) {
    HttpHeaders headers = response.headers();
    Map<String, String> out = new HashMap<>(8);
    for (AsciiString name : OUT) {
      @Nullable String value = headers.get(name);
      if (value != null) {
        var values = headers.valueStringIterator(name);
        values.next();
        out.put(
            name.toString(), values.hasNext() ? String.join(", ", headers.getAll(name)) : value);
      }
    }
    if (headers.contains(HttpHeaderNames.SET_COOKIE)) {
      // Cookies don't go out, and what was made for one reader must not serve another.
      out.remove("expires");
      out.put("cache-control", "private");
    }
    return new StoreAnswer(
        status,
        headers.get(HttpHeaderNames.CONTENT_TYPE, call.format().mediaType()),
        length(response, status),
        Optional.ofNullable(headers.get(HttpHeaderNames.ETAG)),
        lastModified(headers),
        out,
        false);
  }

  private static OptionalLong length(HttpResponse response, int status) {
    if (status == 304) {
      // Its Content-Length is that of the answer which it stands for (RFC 9110 §8.6).
      return OptionalLong.empty();
    }
    if (status == 416) {
      return OptionalLong.of(0);
    }
    long length = HttpUtil.getContentLength(response, -1L);
    return length < 0 || HttpUtil.isTransferEncodingChunked(response)
        ? OptionalLong.empty()
        : OptionalLong.of(length);
  }

  private static Optional<Instant> lastModified(HttpHeaders headers) {
    @Nullable String text = headers.get(HttpHeaderNames.LAST_MODIFIED);
    return text == null ? Optional.empty() : DATES.of(text);
  }
}
