package org.octroi.obligation;

import io.netty.buffer.ByteBuf;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.octroi.obligation.Catalogue.Column;
import org.octroi.vocabulary.Format;

/** Rows as a JSON array of objects, as one object a line, or as GeoJSON points. */
final class JsonRows implements RowWriting {

  private final Format format;
  private final List<Column> columns;
  private final Masks masks;
  private final Catalogue catalogue;
  private final DatumWriter writer = new DatumWriter();
  private boolean any;

  JsonRows(Format format, List<Column> columns, Masks masks, Catalogue catalogue) {
    this.format = format;
    this.columns = columns;
    this.masks = masks;
    this.catalogue = catalogue;
    if (format == Format.GEOJSON
        && (catalogue.longitudeColumn().isEmpty() || catalogue.latitudeColumn().isEmpty())) {
      throw new UnshapeableException("rows without a declared position can't be GeoJSON");
    }
  }

  @Override
  public void begin(ByteBuf out) {
    writer.into(out);
    if (format == Format.GEOJSON) {
      writer.json().writeStartObject();
      writer.json().writeStringProperty(GeoJson.TYPE, "FeatureCollection");
      writer.json().writeName(GeoJson.FEATURES);
    }
    if (format != Format.NDJSON) {
      writer.json().writeStartArray();
    }
    writer.flush();
  }

  @Override
  public void row(List<Datum> values, ByteBuf out) {
    Map<String, Datum> members = new LinkedHashMap<>();
    for (int i = 0; i < columns.size(); i++) {
      String column = columns.get(i).name();
      members.put(column, masks.apply(column, values.get(i)));
    }
    writer.into(out);
    writer.write(new Datum.Group(format == Format.GEOJSON ? feature(members) : members));
    writer.flush();
    any = true;
  }

  @Override
  public void end(ByteBuf out) {
    writer.close(out);
    if (format == Format.NDJSON && any) {
      out.writeByte('\n');
    }
  }

  /** The point is made of the masked values, so that it is no finer than the columns beside it. */
  private Map<String, Datum> feature(Map<String, Datum> members) {
    Datum longitude = position(members, catalogue.longitudeColumn().orElseThrow());
    Datum latitude = position(members, catalogue.latitudeColumn().orElseThrow());
    Datum geometry = Datum.NOTHING;
    if (!longitude.equals(Datum.NOTHING) && !latitude.equals(Datum.NOTHING)) {
      Map<String, Datum> point = new LinkedHashMap<>();
      point.put(GeoJson.TYPE, new Datum.Text("Point"));
      point.put("coordinates", new Datum.Series(List.of(longitude, latitude)));
      geometry = new Datum.Group(point);
    }
    Map<String, Datum> feature = new LinkedHashMap<>();
    feature.put(GeoJson.TYPE, new Datum.Text("Feature"));
    feature.put(GeoJson.GEOMETRY, geometry);
    feature.put(GeoJson.PROPERTIES, new Datum.Group(members));
    return feature;
  }

  private static Datum position(Map<String, Datum> members, String column) {
    return Scalar.number(members.getOrDefault(column, Datum.NOTHING))
        .<Datum>map(number -> new Datum.Numeral(number.toPlainString()))
        .orElse(Datum.NOTHING);
  }
}
