package org.octroi.vocabulary;

import java.util.Locale;
import java.util.Optional;

/** The forms in which data goes out, with their media types and file endings. */
public enum Format {
  JSON("application/json", "json"),
  GEOJSON("application/geo+json", "geojson"),
  CSV("text/csv", "csv"),
  NDJSON("application/x-ndjson", "ndjson"),
  XML("application/xml", "xml"),
  ZIP("application/zip", "zip"),
  PARQUET("application/vnd.apache.parquet", "parquet"),
  TEXT("text/plain", "txt"),
  BINARY("application/octet-stream", "bin");

  private final String mediaType;
  private final String ending;

  Format(String mediaType, String ending) {
    this.mediaType = mediaType;
    this.ending = ending;
  }

  /** The media type without parameters, for example {@code text/csv}. */
  public String mediaType() {
    return mediaType;
  }

  /** The word as it stands in files, APIs and the policy's input. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The usual file ending, without the dot. */
  public String ending() {
    return ending;
  }

  /** The format of a word such as {@code geojson}, if there is one. */
  public static Optional<Format> of(String word) {
    for (Format format : values()) {
      if (format.word().equals(word)) {
        return Optional.of(format);
      }
    }
    return Optional.empty();
  }
}
