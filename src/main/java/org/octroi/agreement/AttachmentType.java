package org.octroi.agreement;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * What may be attached, told by the bytes and not by a name or by what the sender says: nothing
 * that runs, and nothing that a browser would run.
 */
enum AttachmentType {
  PDF("application/pdf"),
  PNG("image/png"),
  JPEG("image/jpeg"),
  OPEN_DOCUMENT("application/vnd.oasis.opendocument.text"),
  WORD("application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
  TEXT("text/plain");

  private static final byte[] PNG_MAGIC = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
  private static final byte[] JPEG_MAGIC = {(byte) 0xff, (byte) 0xd8, (byte) 0xff};
  private static final byte[] ZIP_MAGIC = {'P', 'K', 3, 4};
  private static final int ENTRIES_LOOKED_AT = 50;

  private final String mediaType;

  AttachmentType(String mediaType) {
    this.mediaType = mediaType;
  }

  String mediaType() {
    return mediaType;
  }

  /** What these bytes are; empty where they are nothing that may be attached. */
  static Optional<AttachmentType> of(byte[] bytes) {
    if (begins(bytes, "%PDF-".getBytes(StandardCharsets.US_ASCII))) {
      return Optional.of(PDF);
    }
    if (begins(bytes, PNG_MAGIC)) {
      return Optional.of(PNG);
    }
    if (begins(bytes, JPEG_MAGIC)) {
      return Optional.of(JPEG);
    }
    if (begins(bytes, ZIP_MAGIC)) {
      return document(bytes);
    }
    return isText(bytes) ? Optional.of(TEXT) : Optional.empty();
  }

  private static boolean begins(byte[] bytes, byte[] magic) {
    return bytes.length >= magic.length
        && ByteBuffer.wrap(bytes, 0, magic.length).equals(ByteBuffer.wrap(magic));
  }

  /** A word processor's file is a ZIP of a known inside; one with macros is not let in. */
  private static Optional<AttachmentType> document(byte[] bytes) {
    Optional<AttachmentType> found = Optional.empty();
    try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(bytes))) {
      ZipEntry entry = zip.getNextEntry();
      for (int i = 0; entry != null && i < ENTRIES_LOOKED_AT; i++, entry = zip.getNextEntry()) {
        String name = entry.getName();
        if (name.contains("vbaProject") || name.startsWith("Basic/")) {
          return Optional.empty();
        }
        if (i == 0
            && name.equals("mimetype")
            && new String(zip.readNBytes(100), StandardCharsets.US_ASCII)
                .equals(OPEN_DOCUMENT.mediaType)) {
          found = Optional.of(OPEN_DOCUMENT);
        }
        if (name.equals("word/document.xml")) {
          found = Optional.of(WORD);
        }
      }
    } catch (IOException e) {
      return Optional.empty(); // no ZIP after all
    }
    return found;
  }

  private static boolean isText(byte[] bytes) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return !text.isBlank()
          && text.chars().allMatch(c -> c >= ' ' || c == '\n' || c == '\r' || c == '\t');
    } catch (CharacterCodingException e) {
      return false;
    }
  }
}
