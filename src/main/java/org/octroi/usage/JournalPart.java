package org.octroi.usage;

import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * A stretch of a journal's file, as it stands there, on its way to the desk. It ends where a record
 * ends. The first of a file begins with the file's header, in which it is not sealed yet.
 *
 * @param journal the journal's id
 * @param firstOfRun the first segment that the process which sends it has written
 * @param from where it stands
 * @param bytes what stands there
 * @param crc32c the checksum of the bytes
 * @param sealed whether no record comes after it in this file
 */
public record JournalPart(
    UUID journal, long firstOfRun, JournalPlace from, byte[] bytes, int crc32c, boolean sealed) {

  static JournalPart of(
      UUID journal, long firstOfRun, JournalPlace from, byte[] bytes, boolean sealed) {
    return new JournalPart(journal, firstOfRun, from, bytes, checksum(bytes), sealed);
  }

  private static int checksum(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return (int) crc.getValue();
  }

  /** Whether the bytes are those that were sent. */
  boolean isWhole() {
    return checksum(bytes) == crc32c;
  }
}
