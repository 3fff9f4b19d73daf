package org.octroi.demo;

import java.io.ByteArrayInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVRecord;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The open data that the demo comes with, as found: see the SOURCE.md in each folder. */
final class BundledData {

  static final String FOLDER = "/demo/data/";

  private static final JsonMapper JSON = new JsonMapper();

  private BundledData() {}

  /** A file below the data's folder; the caller closes it. */
  static InputStream open(String file) throws IOException {
    InputStream stream = BundledData.class.getResourceAsStream(FOLDER + file);
    if (stream == null) {
      throw new FileNotFoundException(FOLDER + file + " is missing from this build");
    }
    return stream;
  }

  /** A JSON document. */
  static JsonNode json(String file) {
    try (InputStream stream = open(file)) {
      return JSON.readTree(stream);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The records of a CSV file whose first line names its columns. */
  static List<CSVRecord> csv(String file, char delimiter) {
    try (InputStream stream = open(file)) {
      return records(stream, delimiter);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The records of a comma-separated file within a zip archive. */
  static List<CSVRecord> zippedCsv(String archive, String file) {
    try (ZipInputStream zip = new ZipInputStream(open(archive))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        if (entry.getName().equals(file)) {
          return records(new ByteArrayInputStream(zip.readAllBytes()), ',');
        }
      }
      throw new FileNotFoundException(file + " is not in " + archive);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<CSVRecord> records(InputStream stream, char delimiter) throws IOException {
    CSVFormat format =
        CSVFormat.RFC4180
            .builder()
            .setDelimiter(delimiter)
            .setHeader()
            .setSkipHeaderRecord(true)
            .get();
    try (Reader reader = new InputStreamReader(stream, StandardCharsets.UTF_8)) {
      return format.parse(reader).getRecords();
    }
  }
}
