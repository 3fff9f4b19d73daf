package org.octroi.gate.http;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.DefaultHeaders.NameValidator;
import io.netty.handler.codec.DefaultHeaders.ValueValidator;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Fields that many answers carry alike, written out once for all of them. Immutable and safe for
 * use by many threads.
 */
public final class PreparedFields {

  private final HttpHeaders fields;
  private final byte[] written;

  private PreparedFields(HttpHeaders fields, byte[] written) {
    this.fields = fields;
    this.written = written;
  }

  /** Prepares these; they are not to be changed any more. */
  public static PreparedFields of(DefaultHttpHeaders fields) {
    StringBuilder lines = new StringBuilder(1024);
    for (Map.Entry<String, String> field : fields) {
      lines.append(field.getKey()).append(": ").append(field.getValue()).append("\r\n");
    }
    return new PreparedFields(fields, lines.toString().getBytes(StandardCharsets.ISO_8859_1));
  }

  /**
   * The fields of one answer: these, and what is added. What is added must have been checked for
   * line breaks: it comes from a decoder that did, or is our own.
   */
  public HttpHeaders with() {
    return new Written(this);
  }

  /** What stands here shows the added fields only; the encoder writes both. */
  static final class Written extends DefaultHttpHeaders {

    private final PreparedFields prepared;

    private Written(PreparedFields prepared) {
      super(NAMES_AS_THEY_ARE, VALUES_AS_THEY_ARE);
      this.prepared = prepared;
    }

    void write(ByteBuf to) {
      to.writeBytes(prepared.written);
    }

    int preparedBytes() {
      return prepared.written.length;
    }

    /** All of them as fields, for HTTP/2, which writes them in its own way. */
    HttpHeaders whole() {
      return new DefaultHttpHeaders().add(prepared.fields).add(this);
    }
  }

  private static final NameValidator<CharSequence> NAMES_AS_THEY_ARE = name -> {};

  private static final ValueValidator<CharSequence> VALUES_AS_THEY_ARE = value -> {};
}
