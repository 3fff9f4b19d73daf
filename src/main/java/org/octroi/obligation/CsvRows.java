package org.octroi.obligation;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import org.octroi.obligation.Catalogue.Column;

/** Rows as CSV with a header and commas. */
final class CsvRows implements RowWriting {

  private final List<Column> columns;
  private final Masks masks;

  CsvRows(List<Column> columns, Masks masks) {
    this.columns = columns;
    this.masks = masks;
  }

  @Override
  public void begin(ByteBuf out) {
    CsvText.write(columns.stream().map(Column::name).toList(), ',', out);
  }

  @Override
  public void row(List<Datum> values, ByteBuf out) {
    List<String> fields = new ArrayList<>(columns.size());
    for (int i = 0; i < columns.size(); i++) {
      fields.add(CsvText.field(masks.apply(columns.get(i).name(), values.get(i))));
    }
    CsvText.write(fields, ',', out);
  }

  @Override
  public void end(ByteBuf out) {}
}
