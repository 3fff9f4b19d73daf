package org.octroi.obligation;

import io.netty.buffer.ByteBuf;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.octroi.obligation.Catalogue.Column;

/**
 * Shapes CSV with a header. The separator, comma or semicolon, is the one under which the header
 * names more of the declared columns. A record with other fields than the header is refused: there
 * is no telling which of its columns went missing.
 */
final class CsvShaping implements Shaping {

  private static final int CHUNK = 8192;
  private static final char[] SEPARATORS = {',', ';'};

  private final RowRules rules;
  private final byte[] chunk = new byte[CHUNK];
  private final ByteArrayOutputStream headerLine = new ByteArrayOutputStream(512);

  private boolean headerQuoted;
  private char separator;
  private @Nullable CsvSplitter splitter;
  private @Nullable ByteBuf out;
  private int width;
  private final Map<String, Integer> positions = new HashMap<>();
  private final List<String> shown = new ArrayList<>();
  private long rows;

  CsvShaping(RowRules rules) {
    this.rules = rules;
  }

  @Override
  public void feed(ByteBuf piece, ByteBuf out) {
    this.out = out;
    while (piece.isReadable()) {
      int length = Math.min(piece.readableBytes(), CHUNK);
      piece.readBytes(chunk, 0, length);
      int from = splitter == null ? header(length) : 0;
      if (splitter != null && !satisfied()) {
        splitter.accept(chunk, from, length - from);
      }
    }
    this.out = null;
  }

  @Override
  public void end(ByteBuf out) {
    this.out = out;
    if (splitter == null) {
      beginRows();
    } else if (!satisfied()) {
      splitter.end();
    }
    this.out = null;
  }

  @Override
  public boolean satisfied() {
    return splitter != null && rows >= rules.cap();
  }

  @Override
  public long rows() {
    return rows;
  }

  /** Collects the header line; gives where in the chunk the rows begin. */
  private int header(int length) {
    for (int i = 0; i < length; i++) {
      byte b = chunk[i];
      if (b == '\n' && !headerQuoted) {
        beginRows();
        return i + 1;
      }
      headerQuoted ^= b == '"';
      headerLine.write(b);
      if (headerLine.size() > Shapings.MAX_RECORD_BYTES) {
        throw new UnshapeableException("the CSV has no header line within 1 MiB");
      }
    }
    return length;
  }

  private void beginRows() {
    List<String> best = List.of();
    long bestKnown = 0;
    for (char candidate : SEPARATORS) {
      List<String> names = names(candidate);
      long known = rules.columns().stream().map(Column::name).filter(names::contains).count();
      if (known > bestKnown) {
        best = names;
        bestKnown = known;
        separator = candidate;
      }
    }
    if (bestKnown == 0) {
      throw new UnshapeableException("the CSV's header names none of the declared columns");
    }
    width = best.size();
    for (int i = 0; i < width; i++) {
      String name = best.get(i);
      if (positions.put(name, i) != null
          && rules.columns().stream().anyMatch(c -> c.name().equals(name))) {
        throw new UnshapeableException("the CSV's header names " + name + " twice");
      }
      if (rules.shows(name)) {
        shown.add(name);
      }
    }
    if (shown.isEmpty()) {
      throw new UnshapeableException("none of the CSV's columns may be seen");
    }
    splitter = new CsvSplitter(separator, this::judge);
    CsvText.write(shown, separator, out());
  }

  private List<String> names(char candidate) {
    byte[] line = headerLine.toByteArray();
    boolean marked =
        line.length >= 3
            && line[0] == (byte) 0xEF
            && line[1] == (byte) 0xBB
            && line[2] == (byte) 0xBF;
    int from = marked ? 3 : 0;
    List<String> names = new ArrayList<>();
    CsvSplitter header = new CsvSplitter(candidate, names::addAll);
    try {
      header.accept(line, from, line.length - from);
      header.end();
      return names;
    } catch (UnshapeableException e) {
      // Not a header under this separator; the other may fit.
      return List.of();
    }
  }

  private void judge(List<String> fields) {
    if (satisfied() || (fields.size() == 1 && fields.getFirst().isEmpty() && width > 1)) {
      return;
    }
    if (fields.size() != width) {
      throw new UnshapeableException(
          "a CSV record has " + fields.size() + " fields, its header " + width);
    }
    if (!rules.keeps(column -> value(fields, column), null)) {
      return;
    }
    List<String> masked = new ArrayList<>(shown.size());
    for (String column : shown) {
      masked.add(CsvText.field(rules.masks().apply(column, value(fields, column))));
    }
    CsvText.write(masked, separator, out());
    rows++;
  }

  private Datum value(List<String> fields, String column) {
    Integer position = positions.get(column);
    if (position == null || fields.get(position).isEmpty()) {
      return Datum.NOTHING;
    }
    return new Datum.Text(fields.get(position));
  }

  private ByteBuf out() {
    if (out == null) {
      throw new IllegalStateException("no buffer to write to");
    }
    return out;
  }
}
