package org.octroi.obligation;

import io.netty.buffer.ByteBuf;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** Writes JSON into whichever buffer is at hand. For use by one thread. */
final class DatumWriter {

  private static final JsonFactory FACTORY = JsonFactory.builder().rootValueSeparator("\n").build();

  private final Sink sink = new Sink();
  private final JsonGenerator json = FACTORY.createGenerator(ObjectWriteContext.empty(), sink);

  /** Where the next bytes go. */
  void into(ByteBuf out) {
    sink.out = out;
  }

  JsonGenerator json() {
    return json;
  }

  void write(Datum value) {
    switch (value) {
      case Datum.Nothing nothing -> json.writeNull();
      case Datum.Text text -> json.writeString(text.value());
      case Datum.Numeral number -> json.writeNumber(number.literal());
      case Datum.Truth truth -> json.writeBoolean(truth.value());
      case Datum.Series series -> {
        json.writeStartArray();
        series.items().forEach(this::write);
        json.writeEndArray();
      }
      case Datum.Group group -> {
        json.writeStartObject();
        group
            .members()
            .forEach(
                (name, member) -> {
                  json.writeName(name);
                  write(member);
                });
        json.writeEndObject();
      }
    }
  }

  /** Hands over what the generator holds back. */
  void flush() {
    json.flush();
    sink.out = null;
  }

  /** Closes all that is open. */
  void close(ByteBuf out) {
    sink.out = out;
    json.close();
    sink.out = null;
  }

  private static final class Sink extends OutputStream {
    private @Nullable ByteBuf out;

    private ByteBuf out() {
      if (out == null) {
        throw new IllegalStateException("no buffer to write to");
      }
      return out;
    }

    @Override
    public void write(int b) {
      out().writeByte(b);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      out().writeBytes(bytes, offset, length);
    }
  }
}
