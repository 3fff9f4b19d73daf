package org.octroi.obligation;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** Builds one record from the tokens of a parser, within the size that a record may have. */
final class RecordBuilder {

  /** Counted for each value beside its text, since it is memory that is bounded. */
  private static final int VALUE_COST = 2;

  private final Deque<Open> open = new ArrayDeque<>();
  private long size;

  private record Open(Datum datum, @Nullable String name) {}

  private @Nullable String name;

  /** Takes the next token; gives the record when it closes it. */
  Datum.@Nullable Group add(JsonToken token, JsonParser parser) {
    count(VALUE_COST);
    switch (token) {
      case PROPERTY_NAME -> {
        String text = parser.currentName();
        count(text.length());
        name = text;
      }
      case START_OBJECT -> begin(new Datum.Group(new LinkedHashMap<>()));
      case START_ARRAY -> begin(new Datum.Series(new ArrayList<>()));
      case END_OBJECT, END_ARRAY -> {
        Open closed = open.pop();
        name = closed.name();
        if (open.isEmpty()) {
          size = 0;
          return (Datum.Group) closed.datum();
        }
        put(closed.datum());
      }
      case VALUE_STRING -> put(new Datum.Text(counted(parser)));
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> put(new Datum.Numeral(counted(parser)));
      case VALUE_TRUE -> put(new Datum.Truth(true));
      case VALUE_FALSE -> put(new Datum.Truth(false));
      case VALUE_NULL -> put(Datum.NOTHING);
      case VALUE_EMBEDDED_OBJECT, NOT_AVAILABLE ->
          throw new IllegalStateException(token + " is no part of a JSON text");
    }
    return null;
  }

  private void begin(Datum datum) {
    open.push(new Open(datum, name));
    name = null;
  }

  private void put(Datum value) {
    switch (open.getFirst().datum()) {
      case Datum.Group group -> {
        if (name == null) {
          throw new IllegalStateException("a member has a name");
        }
        group.members().put(name, value);
        name = null;
      }
      case Datum.Series series -> series.items().add(value);
      default -> throw new IllegalStateException("only objects and arrays are open");
    }
  }

  private String counted(JsonParser parser) {
    String text = parser.getString();
    count(text.length());
    return text;
  }

  private void count(int more) {
    size += more;
    if (size > Shapings.MAX_RECORD_BYTES) {
      throw new UnshapeableException("a record is larger than 1 MiB");
    }
  }
}
