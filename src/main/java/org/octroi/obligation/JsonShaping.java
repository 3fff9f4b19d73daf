package org.octroi.obligation;

import io.netty.buffer.ByteBuf;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.async.ByteArrayFeeder;
import tools.jackson.core.json.JsonFactory;

/**
 * Shapes JSON, GeoJSON and NDJSON with Jackson's non-blocking parser. Each record becomes a small
 * tree, is judged, cut down and written; all around the records is walked over token by token.
 *
 * <p>A member name that comes twice in an object is refused: what one reader judges must not be
 * another value than the next reader sees (RFC 8259 §4).
 */
final class JsonShaping implements Shaping {

  private static final int CHUNK = 8192;

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxStringLength(Shapings.MAX_RECORD_BYTES)
                  .maxNameLength(4096)
                  .maxNumberLength(1000)
                  .maxNestingDepth(200)
                  .build())
          .build();

  private final RowRules rules;
  private final JsonLayout layout;
  private final Projection projection;
  private final DatumWriter writer = new DatumWriter();
  private final JsonParser parser =
      FACTORY.createNonBlockingByteArrayParser(ObjectReadContext.empty());
  private final ByteArrayFeeder feeder = (ByteArrayFeeder) parser.nonBlockingInputFeeder();
  private final byte[] chunk = new byte[CHUNK];
  private final RecordBuilder builder = new RecordBuilder();

  private boolean begun;
  private boolean building;
  private boolean inRecords;
  private boolean foundRecords;
  private boolean onTheWay;
  private boolean rootClosed;
  private int matched;
  private int skipping;
  private long rows;

  JsonShaping(RowRules rules, JsonLayout layout) {
    this.rules = rules;
    this.layout = layout;
    this.projection = new Projection(rules);
    this.inRecords = layout.lines();
    this.foundRecords = layout.lines();
  }

  @Override
  public void feed(ByteBuf piece, ByteBuf out) {
    writer.into(out);
    try {
      while (piece.isReadable()) {
        int length = Math.min(piece.readableBytes(), CHUNK);
        piece.readBytes(chunk, 0, length);
        if (satisfied()) {
          continue;
        }
        feeder.feedInput(chunk, 0, length);
        drain();
      }
      writer.flush();
    } catch (JacksonException e) {
      throw broken(e);
    }
  }

  @Override
  public void end(ByteBuf out) {
    try {
      if (!satisfied()) {
        writer.into(out);
        feeder.endOfInput();
        drain();
        if (building || !foundRecords || (!layout.lines() && !rootClosed)) {
          throw new UnshapeableException("the records are not where they are declared to be");
        }
      }
      writer.close(out);
      if (layout.lines() && rows > 0) {
        out.writeByte('\n');
      }
    } catch (JacksonException e) {
      throw broken(e);
    } finally {
      parser.close();
    }
  }

  @Override
  public boolean satisfied() {
    return foundRecords && rows >= rules.cap();
  }

  @Override
  public long rows() {
    return rows;
  }

  /** Jackson's own words may quote the content, so only where it broke is told. */
  private static UnshapeableException broken(JacksonException e) {
    return new UnshapeableException(
        "the content is not the JSON that was declared, near byte "
            + (e.getLocation() == null ? -1 : e.getLocation().getByteOffset()),
        null);
  }

  private void drain() {
    JsonToken token = parser.nextToken();
    while (token != null && token != JsonToken.NOT_AVAILABLE && !satisfied()) {
      take(token);
      token = parser.nextToken();
    }
  }

  private void take(JsonToken token) {
    if (building) {
      Datum.Group record = builder.add(token, parser);
      if (record != null) {
        building = false;
        judge(record);
      }
    } else if (skipping > 0) {
      skipping += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
    } else if (inRecords) {
      inRecords(token);
    } else if (!begun) {
      begun = true;
      root(token);
    } else {
      around(token);
    }
  }

  private void inRecords(JsonToken token) {
    if (token == JsonToken.START_OBJECT) {
      building = true;
      builder.add(token, parser);
    } else if (token == JsonToken.END_ARRAY && !layout.lines()) {
      inRecords = false;
      writer.json().writeEndArray();
      rootClosed = layout.way().isEmpty();
    } else {
      throw new UnshapeableException("a record is not a JSON object");
    }
  }

  private void root(JsonToken token) {
    if (layout.way().isEmpty()) {
      beginRecords(token);
    } else {
      beginObject(token);
    }
  }

  /** A token on the way to the records, or beside it. */
  private void around(JsonToken token) {
    if (rootClosed) {
      throw new UnshapeableException("something follows the document");
    }
    if (token == JsonToken.PROPERTY_NAME) {
      onTheWay = !foundRecords && parser.currentName().equals(layout.way().get(matched));
    } else if (token == JsonToken.END_OBJECT) {
      writer.json().writeEndObject();
      rootClosed = matched == 0;
      matched--;
    } else if (!onTheWay) {
      skipping = token.isStructStart() ? 1 : 0;
    } else {
      onTheWay = false;
      writer.json().writeName(layout.way().get(matched));
      matched++;
      if (matched == layout.way().size()) {
        // The array is no level of objects: its end leads back to the object that holds it.
        matched--;
        beginRecords(token);
      } else {
        beginObject(token);
      }
    }
  }

  private void beginObject(JsonToken token) {
    if (token != JsonToken.START_OBJECT) {
      throw new UnshapeableException("the way to the records does not lead through objects");
    }
    writer.json().writeStartObject();
    if (layout.features() && matched == layout.way().size() - 1) {
      writer.json().writeStringProperty(GeoJson.TYPE, "FeatureCollection");
    }
  }

  private void beginRecords(JsonToken token) {
    if (token != JsonToken.START_ARRAY) {
      throw new UnshapeableException("the records are not an array");
    }
    inRecords = true;
    foundRecords = true;
    writer.json().writeStartArray();
  }

  private void judge(Datum.Group record) {
    Datum.Group shown = layout.features() ? feature(record) : plain(record);
    if (shown != null) {
      writer.write(shown);
      rows++;
    }
  }

  private Datum.@Nullable Group plain(Datum.Group record) {
    return rules.keeps(column -> projection.value(record, column), null)
        ? projection.visible(record)
        : null;
  }

  private Datum.@Nullable Group feature(Datum.Group feature) {
    Datum geometry = feature.members().getOrDefault(GeoJson.GEOMETRY, Datum.NOTHING);
    Datum.Group properties =
        switch (feature.members().getOrDefault(GeoJson.PROPERTIES, Datum.NOTHING)) {
          case Datum.Group group -> group;
          case Datum.Nothing nothing -> new Datum.Group(Map.of());
          default -> throw new UnshapeableException("a feature's properties are no object");
        };
    boolean kept =
        rules.keeps(
            column ->
                column.equals(GeoJson.GEOMETRY) ? geometry : projection.value(properties, column),
            geometry);
    if (!kept) {
      return null;
    }
    Map<String, Datum> own = new LinkedHashMap<>(properties.members());
    // A property of that name would be taken for the column that is the geometry.
    own.remove(GeoJson.GEOMETRY);
    Map<String, Datum> shown = new LinkedHashMap<>();
    shown.put(GeoJson.TYPE, new Datum.Text("Feature"));
    shown.put(
        GeoJson.GEOMETRY,
        rules.showsGeometry() ? rules.masks().apply(GeoJson.GEOMETRY, geometry) : Datum.NOTHING);
    shown.put(GeoJson.PROPERTIES, projection.visible(new Datum.Group(own)));
    return new Datum.Group(shown);
  }
}
