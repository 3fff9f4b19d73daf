package org.octroi.store;

import io.netty.handler.codec.http.QueryStringEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.octroi.problem.ProblemType;
import org.octroi.problem.Refusal;
import org.octroi.problem.RefusedException;
import org.octroi.store.StoreTarget.Parameter;

/** Makes the path and query that an HTTP store is asked with. */
final class HttpRequestTarget {

  /** RFC 3986 §3.3: what may stand in a path as it is. */
  private static final String PATH_CHARACTERS = "-._~!$&'()*+,;=:@/";

  private HttpRequestTarget() {}

  /**
   * @throws RefusedException when the caller's path leads out of the store's, or a parameter is not
   *     declared
   */
  static String of(StoreAddress.Http address, StoreCall call) {
    StoreTarget target = call.target();
    if (!call.rest().isEmpty() && !target.subpaths()) {
      throw RefusedException.of(ProblemType.NOT_FOUND);
    }
    String rest = encoded(checked(call.rest()));
    String resource = target.resource();
    String own = resource.isEmpty() || resource.startsWith("/") ? resource : '/' + resource;
    String path = encoded(address.basePath() + own) + rest;
    QueryStringEncoder query = new QueryStringEncoder(path.isEmpty() ? "/" : path);
    Set<String> declared =
        target.parameters().stream().map(Parameter::name).collect(Collectors.toSet());
    for (Map.Entry<String, List<String>> parameter : call.query().entrySet()) {
      if (!declared.contains(parameter.getKey())) {
        throw new RefusedException(
            Refusal.field(parameter.getKey(), "is no parameter of this distribution"));
      }
      parameter.getValue().forEach(value -> query.addParam(parameter.getKey(), value));
    }
    return query.toString();
  }

  /**
   * The gate normalises paths; a store may decode once more than the gate did, so what would then
   * lead upwards or split a segment is refused here, plain or encoded. So is {@code ;}: a store
   * that knows path parameters (RFC 3986 §3.3) reads {@code ..;x} as {@code ..}.
   */
  private static String checked(String rest) {
    String decoded = rest;
    for (int round = 0; round < 3; round++) {
      decoded = decodedOnce(decoded);
      for (String segment : decoded.split("/", -1)) {
        if (segment.equals(".") || segment.equals("..")) {
          throw RefusedException.of(ProblemType.MALFORMED_REQUEST);
        }
      }
      if (decoded.chars().anyMatch(c -> c < ' ' || c == '\\' || c == ';' || c == 0x7F)) {
        throw RefusedException.of(ProblemType.MALFORMED_REQUEST);
      }
    }
    return rest;
  }

  private static String decodedOnce(String path) {
    StringBuilder decoded = new StringBuilder(path.length());
    for (int i = 0; i < path.length(); i++) {
      if (isEncoded(path, i)) {
        decoded.append((char) Integer.parseInt(path, i + 1, i + 3, 16));
        i += 2;
      } else {
        decoded.append(path.charAt(i));
      }
    }
    return decoded.toString();
  }

  private static boolean isEncoded(String path, int at) {
    return path.charAt(at) == '%'
        && at + 2 < path.length()
        && Character.digit(path.charAt(at + 1), 16) >= 0
        && Character.digit(path.charAt(at + 2), 16) >= 0;
  }

  private static String encoded(String path) {
    StringBuilder encoded = new StringBuilder(path.length());
    for (int i = 0; i < path.length(); ) {
      int point = path.codePointAt(i);
      boolean plain =
          point < 0x80
              && ((point >= '0' && point <= '9')
                  || (point >= 'A' && point <= 'Z')
                  || (point >= 'a' && point <= 'z')
                  || PATH_CHARACTERS.indexOf(point) >= 0);
      if (plain || isEncoded(path, i)) {
        encoded.append((char) point);
      } else {
        for (byte b : Character.toString(point).getBytes(StandardCharsets.UTF_8)) {
          encoded.append('%').append("%02X".formatted(b & 0xFF));
        }
      }
      i += Character.charCount(point);
    }
    return encoded.toString();
  }
}
