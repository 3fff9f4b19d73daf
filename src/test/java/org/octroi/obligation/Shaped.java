package org.octroi.obligation;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.octroi.obligation.Catalogue.Column;
import org.octroi.obligation.Obligations.Area;
import org.octroi.obligation.Obligations.Mask;
import org.octroi.obligation.Obligations.Operator;
import org.octroi.obligation.Obligations.RowCondition;
import org.octroi.vocabulary.Format;

/** Says in a few words what is shaped, how, and gives what comes out. */
final class Shaped {

  static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  static final byte[] KEY = "an agreement's own key".getBytes(StandardCharsets.UTF_8);

  private final List<Column> columns = new ArrayList<>();
  private @Nullable String recordPath;
  private @Nullable String timeColumn;
  private @Nullable String longitude;
  private @Nullable String latitude;
  private @Nullable SortedSet<String> visible;
  private final List<Mask> masks = new ArrayList<>();
  private final List<RowCondition> rows = new ArrayList<>();
  private @Nullable Area area;
  private @Nullable Duration delay;
  private @Nullable Duration depth;
  private OptionalLong cap = OptionalLong.empty();

  static Shaped rowsOf(String... columns) {
    Shaped shaped = new Shaped();
    for (String column : columns) {
      shaped.column(column, Catalogue.Type.TEXT);
    }
    return shaped;
  }

  Shaped column(String name, Catalogue.Type type) {
    columns.add(new Column(name, type, false));
    return this;
  }

  Shaped at(String path) {
    recordPath = path;
    return this;
  }

  Shaped timedBy(String column) {
    timeColumn = column;
    return this;
  }

  Shaped placedBy(String longitudeColumn, String latitudeColumn) {
    longitude = longitudeColumn;
    latitude = latitudeColumn;
    return this;
  }

  Shaped showing(String... names) {
    visible = new TreeSet<>(Arrays.asList(names));
    return this;
  }

  Shaped masking(String column, Mask.How how, int digits) {
    masks.add(new Mask(column, how, digits));
    return this;
  }

  Shaped where(String column, Operator operator, String... values) {
    rows.add(new RowCondition(column, operator, List.of(values)));
    return this;
  }

  Shaped within(double west, double south, double east, double north) {
    area = new Area(west, south, east, north);
    return this;
  }

  Shaped delayedBy(Duration duration) {
    delay = duration;
    return this;
  }

  Shaped goingBack(Duration duration) {
    depth = duration;
    return this;
  }

  Shaped atMost(long count) {
    cap = OptionalLong.of(count);
    return this;
  }

  Catalogue catalogue() {
    return new Catalogue(
        columns,
        Optional.ofNullable(recordPath),
        Optional.ofNullable(timeColumn),
        Optional.ofNullable(longitude),
        Optional.ofNullable(latitude));
  }

  Obligations obligations() {
    return new Obligations(
        Optional.ofNullable(visible),
        masks,
        rows,
        Optional.ofNullable(area),
        Optional.ofNullable(delay),
        Optional.ofNullable(depth),
        cap,
        OptionalLong.empty(),
        Set.of(),
        false);
  }

  Shaping shaping(Format format) {
    return Shapings.of(format, obligations(), catalogue(), KEY, NOW);
  }

  /** What comes out when the content comes in one piece. */
  String of(Format format, String content) {
    return in(format, List.of(content.getBytes(StandardCharsets.UTF_8)));
  }

  /** What comes out when the content comes in random pieces. */
  String inPieces(Format format, String content, Random random) {
    byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
    List<byte[]> pieces = new ArrayList<>();
    for (int from = 0; from < bytes.length; ) {
      int to = Math.min(bytes.length, from + random.nextInt(1, 2 + random.nextInt(40)));
      pieces.add(Arrays.copyOfRange(bytes, from, to));
      from = to;
    }
    return in(format, pieces);
  }

  private String in(Format format, List<byte[]> pieces) {
    Shaping shaping = shaping(format);
    ByteBuf out = Unpooled.buffer();
    for (byte[] piece : pieces) {
      shaping.feed(Unpooled.wrappedBuffer(piece), out);
    }
    shaping.end(out);
    return out.toString(StandardCharsets.UTF_8);
  }
}
