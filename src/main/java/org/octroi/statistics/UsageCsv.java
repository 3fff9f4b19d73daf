package org.octroi.statistics;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import org.octroi.vocabulary.SpreadsheetText;

/** Writes an answer as CSV (RFC 4180), for spreadsheets. */
final class UsageCsv {

  private UsageCsv() {}

  static String of(UsageAnswer answer) {
    StringWriter text = new StringWriter();
    try (CSVPrinter csv = new CSVPrinter(text, CSVFormat.RFC4180)) {
      csv.printRecord(
          "time",
          "value",
          "name",
          "requests",
          "rows",
          "bytes",
          "meanLatencyMicros",
          "maxLatencyMicros");
      for (UsageItem item : answer.items()) {
        csv.printRecord(
            item.time(),
            item.value(),
            SpreadsheetText.harmless(item.name()),
            item.requests(),
            item.rows(),
            item.bytes(),
            item.meanLatencyMicros(),
            item.maxLatencyMicros());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }
}
