package org.octroi.obligation;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Writes CSV records (RFC 4180): quoted where needed, lines ended by CRLF. */
final class CsvText {

  private CsvText() {}

  static void write(List<String> fields, char separator, ByteBuf out) {
    for (int i = 0; i < fields.size(); i++) {
      if (i > 0) {
        out.writeByte(separator);
      }
      out.writeCharSequence(
          quoted(fields.get(i), separator, fields.size()), StandardCharsets.UTF_8);
    }
    out.writeByte('\r').writeByte('\n');
  }

  private static String quoted(String field, char separator, int width) {
    // A lone empty field would be an empty line, which readers leave out.
    boolean needed = width == 1 && field.isEmpty();
    for (int i = 0; i < field.length() && !needed; i++) {
      char c = field.charAt(i);
      needed = c == separator || c == '"' || c == '\r' || c == '\n';
    }
    return needed ? '"' + field.replace("\"", "\"\"") + '"' : field;
  }

  /** A value as a field; nothing is an empty one. */
  static String field(Datum value) {
    return Scalar.text(value).orElse("");
  }
}
