package org.octroi.obligation;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * Splits CSV (RFC 4180, with any one-byte separator, and LF or CRLF) into records of texts, fed
 * byte by byte in any split. Separators and quotes are ASCII, so bytes of UTF-8 can't be taken for
 * them. What the RFC does not allow is refused, not guessed at.
 */
final class CsvSplitter {

  private enum State {
    FIELD_BEGINS,
    PLAIN,
    QUOTED,
    QUOTE_IN_QUOTED,
    AFTER_CR
  }

  private final byte separator;
  private final Consumer<List<String>> records;
  private final CharsetDecoder decoder =
      StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT);

  private State state = State.FIELD_BEGINS;
  private byte[] field = new byte[256];
  private int fieldLength;
  private int recordLength;
  private List<String> fields = new ArrayList<>();

  CsvSplitter(char separator, Consumer<List<String>> records) {
    this.separator = (byte) separator;
    this.records = records;
  }

  void accept(byte[] bytes, int offset, int length) {
    for (int i = offset; i < offset + length; i++) {
      accept(bytes[i]);
    }
  }

  void end() {
    switch (state) {
      case QUOTED -> throw new UnshapeableException("a quoted CSV field does not end");
      case FIELD_BEGINS -> {
        if (!fields.isEmpty()) {
          endRecord();
        }
      }
      case PLAIN, QUOTE_IN_QUOTED, AFTER_CR -> endRecord();
    }
  }

  private void accept(byte b) {
    switch (state) {
      case FIELD_BEGINS -> {
        if (b == '"') {
          state = State.QUOTED;
        } else {
          outsideQuotes(b);
        }
      }
      case PLAIN -> {
        if (b == '"') {
          throw new UnshapeableException("a quote stands inside a CSV field that is not quoted");
        }
        outsideQuotes(b);
      }
      case QUOTED -> {
        if (b == '"') {
          state = State.QUOTE_IN_QUOTED;
        } else {
          append(b);
        }
      }
      case QUOTE_IN_QUOTED -> {
        if (b == '"') {
          append(b);
          state = State.QUOTED;
        } else if (b == separator || b == '\r' || b == '\n') {
          outsideQuotes(b);
        } else {
          throw new UnshapeableException("something follows the closing quote of a CSV field");
        }
      }
      case AFTER_CR -> {
        if (b != '\n') {
          throw new UnshapeableException("a CSV line ends in CR alone");
        }
        endRecord();
      }
    }
  }

  private void outsideQuotes(byte b) {
    if (b == separator) {
      endField();
    } else if (b == '\n') {
      endRecord();
    } else if (b == '\r') {
      state = State.AFTER_CR;
    } else {
      append(b);
      state = State.PLAIN;
    }
  }

  private void append(byte b) {
    if (++recordLength > Shapings.MAX_RECORD_BYTES) {
      throw new UnshapeableException("a record is larger than 1 MiB");
    }
    if (fieldLength == field.length) {
      field = Arrays.copyOf(field, field.length * 2);
    }
    field[fieldLength++] = b;
  }

  private void endField() {
    // Each field costs memory beside its bytes, so empty ones count too.
    if (++recordLength > Shapings.MAX_RECORD_BYTES) {
      throw new UnshapeableException("a record is larger than 1 MiB");
    }
    try {
      fields.add(decoder.decode(ByteBuffer.wrap(field, 0, fieldLength)).toString());
    } catch (CharacterCodingException e) {
      throw new UnshapeableException("the CSV is not in UTF-8", e);
    }
    fieldLength = 0;
    state = State.FIELD_BEGINS;
  }

  private void endRecord() {
    endField();
    List<String> record = fields;
    fields = new ArrayList<>(record.size());
    recordLength = 0;
    records.accept(record);
  }
}
