package org.octroi.gate.http;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a request asks for: the path in segments and the query, both decoded exactly once.
 *
 * <p>Where two readers of one address could see two different things (an encoded slash, a segment
 * of dots, a backslash, a NUL, text that is not UTF-8) nobody is made to choose: such an address is
 * none (RFC 3986 §7.3, RFC 9110 §4.2.3).
 *
 * @param segments the path's segments, none of them empty
 * @param trailingSlash whether the path ends with a slash
 * @param query the query's names with their values, in the order sent
 */
public record RequestTarget(
    List<String> segments, boolean trailingSlash, Map<String, List<String>> query) {

  private static final int MAX_SEGMENTS = 50;
  private static final int MAX_PARAMETERS = 200;

  /**
   * Reads a request target in origin form or absolute form (RFC 9112 §3.2); empty if it is none.
   */
  public static Optional<RequestTarget> of(String text) {
    String target = originForm(text);
    if (!target.startsWith("/") || !visible(target)) {
      return Optional.empty();
    }
    int mark = target.indexOf('?');
    String path = mark < 0 ? target : target.substring(0, mark);
    @Nullable List<String> segments = segments(path);
    @Nullable Map<String, List<String>> query = query(mark < 0 ? "" : target.substring(mark + 1));
    return segments == null || query == null
        ? Optional.empty()
        : Optional.of(
            new RequestTarget(
                Collections.unmodifiableList(segments),
                path.length() > 1 && path.endsWith("/"),
                Collections.unmodifiableMap(query)));
  }

  /** The path from a segment on, decoded, beginning with a slash; empty where nothing is left. */
  public String rest(int from) {
    if (segments.size() <= from) {
      return "";
    }
    String rest = "/" + String.join("/", segments.subList(from, segments.size()));
    return trailingSlash ? rest + "/" : rest;
  }

  private static String originForm(String text) {
    String lower = text.length() < 8 ? "" : text.substring(0, 8).toLowerCase(Locale.ROOT);
    if (!lower.startsWith("http://") && !lower.startsWith("https://")) {
      return text;
    }
    int authority = text.indexOf("//") + 2;
    int path = text.indexOf('/', authority);
    return path <= authority || !Authority.valid(text.substring(authority, path))
        ? ""
        : text.substring(path);
  }

  private static boolean visible(String target) {
    for (int i = 0; i < target.length(); i++) {
      char c = target.charAt(i);
      if (c <= ' ' || c >= 0x7f || c == '#' || c == '\\') {
        return false;
      }
    }
    return true;
  }

  private static @Nullable List<String> segments(String path) {
    List<String> segments = new ArrayList<>();
    if (path.equals("/")) {
      return segments;
    }
    int end = path.endsWith("/") ? path.length() - 1 : path.length();
    int from = 1;
    while (from <= end) {
      int slash = path.indexOf('/', from);
      int to = slash < 0 || slash > end ? end : slash;
      @Nullable String segment = decoded(path.substring(from, to), false);
      if (segment == null || !plain(segment) || segments.size() == MAX_SEGMENTS) {
        return null;
      }
      segments.add(segment);
      from = to + 1;
    }
    return segments;
  }

  private static boolean plain(String segment) {
    if (segment.isEmpty() || segment.equals(".") || segment.equals("..")) {
      return false;
    }
    for (int i = 0; i < segment.length(); i++) {
      char c = segment.charAt(i);
      if (c < ' ' || c == 0x7f || c == '/' || c == '\\') {
        return false;
      }
    }
    return true;
  }

  private static @Nullable Map<String, List<String>> query(String text) {
    Map<String, List<String>> query = new LinkedHashMap<>();
    int parameters = 0;
    int from = 0;
    while (from < text.length()) {
      int and = text.indexOf('&', from);
      int to = and < 0 ? text.length() : and;
      if (to > from) {
        String pair = text.substring(from, to);
        int equals = pair.indexOf('=');
        @Nullable String name = decoded(equals < 0 ? pair : pair.substring(0, equals), true);
        @Nullable String value = decoded(equals < 0 ? "" : pair.substring(equals + 1), true);
        if (name == null || value == null || ++parameters > MAX_PARAMETERS) {
          return null;
        }
        query.computeIfAbsent(name, n -> new ArrayList<>(1)).add(value);
      }
      from = to + 1;
    }
    return query;
  }

  /** Percent-decoded once as UTF-8; null where it can't be, or holds a NUL. */
  private static @Nullable String decoded(String text, boolean plusIsSpace) {
    if (text.indexOf('%') < 0) {
      return plusIsSpace ? text.replace('+', ' ') : text;
    }
    ByteBuffer bytes = ByteBuffer.allocate(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c != '%') {
        bytes.put((byte) (plusIsSpace && c == '+' ? ' ' : c));
        continue;
      }
      int high = i + 2 <= text.length() - 1 ? Character.digit(text.charAt(i + 1), 16) : -1;
      int low = i + 2 <= text.length() - 1 ? Character.digit(text.charAt(i + 2), 16) : -1;
      if (high < 0 || low < 0 || (high == 0 && low == 0)) {
        return null;
      }
      bytes.put((byte) (high << 4 | low));
      i += 2;
    }
    try {
      CharBuffer characters = StandardCharsets.UTF_8.newDecoder().decode(bytes.flip());
      return characters.toString();
    } catch (CharacterCodingException notUtf8) {
      return null;
    }
  }
}
