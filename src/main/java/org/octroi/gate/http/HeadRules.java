package org.octroi.gate.http;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;

/**
 * Reads along while the head of a request arrives, and holds it to the grammar of RFC 9112 §2 to §5
 * line by line. A decoder is lenient where that is harmless to itself: it takes tabs for spaces, a
 * folded line for a value, a bare CR for nothing. What stands behind or before us may read the same
 * bytes otherwise, and then there are two requests where we see one.
 */
final class HeadRules {

  private static final byte CR = '\r';
  private static final byte LF = '\n';
  private static final int MOST_EMPTY_LINES = 8;

  /** As many as Apache takes. */
  private static final int MOST_FIELDS = 100;

  private static final boolean[] TOKEN = token();

  private static final AsciiString CONTENT_LENGTH = HttpHeaderNames.CONTENT_LENGTH;

  /** A one in each of eight bytes, and the highest bit of each. */
  private static final long EACH = 0x0101010101010101L;

  private static final long HIGHEST_BITS = 0x8080808080808080L;

  private final int maxLine;
  private final int maxHeader;

  /** Offsets from the first byte of the head. */
  private int lineStart;

  private int seen;
  private int fieldsStart;
  private int emptyLines;
  private int fields;
  private int lengths;
  private boolean lineRead;

  HeadRules(int maxLine, int maxHeader) {
    this.maxLine = maxLine;
    this.maxHeader = maxHeader;
  }

  /** A head that breaks the rules; the words are for nobody but us. */
  static final class BrokenHeadException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    BrokenHeadException(String what) {
      super(what);
    }
  }

  /**
   * Reads what has arrived of a head; the buffer begins with it and stays as it is.
   *
   * @return whether the head is whole; then the next call begins the next head
   * @throws BrokenHeadException when it breaks a rule
   * @throws TooLongHttpLineException when its first line is too long
   * @throws TooLongHttpHeaderException when its fields are
   */
  boolean whole(ByteBuf bytes) {
    int first = bytes.readerIndex();
    int end = bytes.writerIndex();
    while (true) {
      int cr = bytes.indexOf(first + seen, end, CR);
      int lf = bytes.indexOf(first + seen, cr < 0 ? end : cr, LF);
      if (lf >= 0) {
        throw new BrokenHeadException("a line ends with LF alone");
      }
      if (cr < 0 || cr + 1 == end) {
        seen = (cr < 0 ? end : cr) - first;
        checkLength(seen);
        return false;
      }
      if (bytes.getByte(cr + 1) != LF) {
        throw new BrokenHeadException("a CR stands alone");
      }
      checkLength(cr - first);
      boolean last = line(bytes, first + lineStart, cr);
      lineStart = cr + 2 - first;
      seen = lineStart;
      if (last) {
        reset();
        return true;
      }
    }
  }

  private void reset() {
    lineStart = 0;
    seen = 0;
    fieldsStart = 0;
    emptyLines = 0;
    fields = 0;
    lengths = 0;
    lineRead = false;
  }

  private void checkLength(int upTo) {
    if (!lineRead && upTo - lineStart > maxLine) {
      throw new TooLongHttpLineException("a request line of more than " + maxLine + " bytes");
    }
    if (lineRead && upTo - fieldsStart > maxHeader) {
      throw new TooLongHttpHeaderException("fields of more than " + maxHeader + " bytes");
    }
  }

  /** Whether this line is the empty one that ends the head. */
  private boolean line(ByteBuf bytes, int from, int to) {
    if (from == to) {
      if (!lineRead && ++emptyLines > MOST_EMPTY_LINES) {
        throw new BrokenHeadException("empty lines without end");
      }
      return lineRead;
    }
    if (lineRead) {
      if (++fields > MOST_FIELDS) {
        throw new TooLongHttpHeaderException("more than " + MOST_FIELDS + " fields");
      }
      field(bytes, from, to);
    } else {
      requestLine(bytes, from, to);
      lineRead = true;
      fieldsStart = to + 2 - bytes.readerIndex();
    }
    return false;
  }

  /** {@code method SP request-target SP HTTP-version} (RFC 9112 §3). */
  private static void requestLine(ByteBuf bytes, int from, int to) {
    int target = afterToken(bytes, from, to, ' ');
    int space = bytes.indexOf(target, to, (byte) ' ');
    int version = space + 1;
    if (space <= target || to - version != "HTTP/1.1".length()) {
      throw new BrokenHeadException("no request line");
    }
    for (int i = target; i < space; i++) {
      if (bytes.getByte(i) >= 0 && (bytes.getByte(i) < ' ' || bytes.getByte(i) == 0x7f)) {
        throw new BrokenHeadException("a control character in the request line");
      }
    }
    boolean http1 =
        bytes.getInt(version) == 0x48545450 // HTTP
            && bytes.getByte(version + 4) == '/'
            && bytes.getByte(version + 5) == '1'
            && bytes.getByte(version + 6) == '.'
            && (bytes.getByte(version + 7) == '0' || bytes.getByte(version + 7) == '1');
    if (!http1) {
      throw new BrokenHeadException("another version of HTTP");
    }
  }

  /** {@code field-name ":" OWS field-value OWS} (RFC 9112 §5); a line that is folded is none. */
  private void field(ByteBuf bytes, int from, int to) {
    int value = afterToken(bytes, from, to, ':');
    if (value - from - 1 == CONTENT_LENGTH.length()
        && CONTENT_LENGTH.contentEqualsIgnoreCase(
            bytes.getCharSequence(from, value - from - 1, StandardCharsets.US_ASCII))
        && ++lengths > 1) {
      throw new BrokenHeadException("two lengths");
    }
    int i = value;
    while (i + Long.BYTES <= to && plain(bytes.getLong(i))) {
      i += Long.BYTES;
    }
    for (; i < to; i++) {
      byte b = bytes.getByte(i);
      if ((b >= 0 && b < ' ' && b != '\t') || b == 0x7f) {
        throw new BrokenHeadException("a control character in a field");
      }
    }
  }

  /**
   * Whether none of eight bytes is a control character: a token of a kilobyte is looked through
   * with every request, and byte by byte that takes a microsecond. What is subtracted from a byte
   * borrows its high bit where the byte is less, so a byte below a space shows by it, and so does
   * DEL, once it is turned into a zero; bytes that had the bit before are no ASCII and may pass.
   */
  private static boolean plain(long eight) {
    long belowSpace = (eight - EACH * ' ') & ~eight;
    long del = eight ^ (EACH * 0x7f);
    long isDel = (del - EACH) & ~del;
    return ((belowSpace | isDel) & HIGHEST_BITS) == 0;
  }

  /** The place after a token and what ends it. */
  private static int afterToken(ByteBuf bytes, int from, int to, char ending) {
    int i = from;
    while (i < to && bytes.getByte(i) >= 0 && TOKEN[bytes.getByte(i)]) {
      i++;
    }
    if (i == from || i == to || bytes.getByte(i) != ending) {
      throw new BrokenHeadException("no token where there must be one");
    }
    return i + 1;
  }

  /** RFC 9110 §5.6.2. */
  private static boolean[] token() {
    boolean[] token = new boolean[128];
    for (char c = '0'; c <= 'z'; c++) {
      token[c] = Character.isLetterOrDigit(c);
    }
    for (char c : "!#$%&'*+-.^_`|~".toCharArray()) {
      token[c] = true;
    }
    return token;
  }
}
