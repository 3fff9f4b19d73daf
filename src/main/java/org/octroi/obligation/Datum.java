package org.octroi.obligation;

import java.util.List;
import java.util.Map;

/** A value of a row, whichever format it came in. */
public sealed interface Datum {

  /** No value: JSON null, an empty CSV field, SQL NULL. */
  Datum NOTHING = Nothing.NOTHING;

  /** The one value that is none. */
  enum Nothing implements Datum {
    NOTHING
  }

  /** A text. */
  record Text(String value) implements Datum {}

  /**
   * A number.
   *
   * @param literal as it was written, a valid JSON number, so that no digit is lost
   */
  record Numeral(String literal) implements Datum {}

  /** True or false. */
  record Truth(boolean value) implements Datum {}

  /** A JSON object, its members in order. */
  record Group(Map<String, Datum> members) implements Datum {}

  /** A JSON array. */
  record Series(List<Datum> items) implements Datum {}
}
