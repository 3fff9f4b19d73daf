package org.octroi.gate.http;

import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.octroi.problem.ProblemType;
import org.octroi.problem.Refusal;

/** The rules of RFC 9112 that a request must keep before anybody looks at what it asks. */
final class Framing {

  private Framing() {}

  /** Why this head of a request can't be taken; empty where it can. */
  static Optional<Refusal> refusal(HttpRequest head, int maxUriBytes) {
    if (head.decoderResult().isFailure()) {
      return Optional.of(broken(head.decoderResult().cause()));
    }
    if (head.uri().length() > maxUriBytes) {
      return Optional.of(Refusal.of(ProblemType.URI_TOO_LONG));
    }
    HttpVersion version = head.protocolVersion();
    boolean http11 = version.equals(HttpVersion.HTTP_1_1);
    if (!http11 && !version.equals(HttpVersion.HTTP_1_0)) {
      return malformed("HTTP version");
    }
    if (head.method().equals(HttpMethod.CONNECT)) {
      return Optional.of(Refusal.of(ProblemType.NOT_ALLOWED_METHOD, "CONNECT"));
    }
    HttpHeaders headers = head.headers();
    List<String> hosts = headers.getAll(HttpHeaderNames.HOST);
    if (hosts.size() > 1
        || (http11 && hosts.isEmpty())
        || (!hosts.isEmpty() && !Authority.valid(hosts.getFirst()))) {
      return malformed("Host");
    }
    List<String> encodings = headers.getAll(HttpHeaderNames.TRANSFER_ENCODING);
    if (!encodings.isEmpty()
        && (!http11 || encodings.size() > 1 || !encodings.getFirst().equalsIgnoreCase("chunked"))) {
      return malformed("Transfer-Encoding");
    }
    return Optional.empty();
  }

  /** What a failure of the decoder is called to the client. */
  static Refusal broken(@Nullable Throwable cause) {
    return switch (cause) {
      case TooLongHttpLineException line -> Refusal.of(ProblemType.URI_TOO_LONG);
      case TooLongHttpHeaderException header -> Refusal.of(ProblemType.HEADER_FIELDS_TOO_LARGE);
      case TooLongFrameException frame -> Refusal.of(ProblemType.PAYLOAD_TOO_LARGE);
      case null, default -> Refusal.of(ProblemType.MALFORMED_REQUEST, "HTTP");
    };
  }

  /** What a failure in the middle of a body is called: its lines are none of the request's own. */
  static Refusal brokenBody(@Nullable Throwable cause) {
    return cause instanceof TooLongHttpLineException
        ? Refusal.of(ProblemType.MALFORMED_REQUEST, "Transfer-Encoding")
        : broken(cause);
  }

  private static Optional<Refusal> malformed(String part) {
    return Optional.of(Refusal.of(ProblemType.MALFORMED_REQUEST, part));
  }
}
