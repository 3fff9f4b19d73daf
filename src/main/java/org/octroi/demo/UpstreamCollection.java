package org.octroi.demo;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.octroi.vocabulary.Sha256;
import tools.jackson.databind.JsonNode;

/**
 * The records behind one path of the {@link UpstreamApi}, and the parameters that choose among
 * them. Every collection also takes {@code limit} (1 to 10,000, 1,000 by itself) and {@code
 * offset}.
 *
 * @param form how the records are wrapped
 * @param lastModified the date of the data
 * @param filters the parameters by name
 * @param records in order
 */
record UpstreamCollection(
    Form form, Instant lastModified, Map<String, Filter> filters, List<JsonNode> records) {

  private static final int LIMIT = 1_000;
  private static final int MOST = 10_000;

  /** How records are wrapped into a document. */
  enum Form {
    /** A JSON array. */
    ARRAY("application/json", "[", "]"),
    /** An object with the records as {@code features}, which have no geometry. */
    FEATURES("application/json", "{\"type\":\"FeatureCollection\",\"features\":[", "]}"),
    /** A GeoJSON feature collection (RFC 7946). */
    GEOJSON("application/geo+json", "{\"type\":\"FeatureCollection\",\"features\":[", "]}");

    private final String mediaType;
    private final String head;
    private final String tail;

    Form(String mediaType, String head, String tail) {
      this.mediaType = mediaType;
      this.head = head;
      this.tail = tail;
    }
  }

  /**
   * A parameter that chooses records.
   *
   * @param pointer where a record has the value (RFC 6901)
   * @param comparison how the two are compared
   */
  record Filter(String pointer, Comparison comparison) {

    private Predicate<JsonNode> of(String name, String wanted) throws BadQueryException {
      return switch (comparison) {
        case EQUAL -> record -> record.at(pointer).asString("").equals(wanted);
        case FROM -> {
          Instant from = time(name, wanted);
          yield record -> !time(record.at(pointer).asString()).isBefore(from);
        }
      };
    }

    private static Instant time(String name, String value) throws BadQueryException {
      try {
        return time(value);
      } catch (DateTimeException e) {
        throw new BadQueryException(name + " is a time such as 2026-10-31T08:00:00Z.");
      }
    }

    private static Instant time(String value) {
      return OffsetDateTime.parse(value).toInstant();
    }
  }

  /** How a record's value and the parameter's are compared. */
  enum Comparison {
    /** The same text. */
    EQUAL,
    /** A time (RFC 3339) not before the parameter's. */
    FROM
  }

  /**
   * A document.
   *
   * @param body its bytes, UTF-8
   * @param mediaType what they are
   * @param etag a strong validator, quoted
   * @param lastModified the date of the data
   */
  record Answer(byte[] body, String mediaType, String etag, Instant lastModified) {}

  /**
   * The records that a query chooses.
   *
   * @param query the parameters, decoded
   * @throws BadQueryException when a parameter is unknown or can't be read
   */
  Answer answer(Map<String, String> query) throws BadQueryException {
    Predicate<JsonNode> chosen = record -> true;
    int limit = LIMIT;
    int offset = 0;
    for (Map.Entry<String, String> parameter : query.entrySet()) {
      String name = parameter.getKey();
      switch (name) {
        case "limit" -> limit = number(name, parameter.getValue(), 1, MOST);
        case "offset" -> offset = number(name, parameter.getValue(), 0, Integer.MAX_VALUE);
        default -> {
          Filter filter = filters.get(name);
          if (filter == null) {
            throw new BadQueryException("There is no parameter " + name + " here.");
          }
          chosen = chosen.and(filter.of(name, parameter.getValue()));
        }
      }
    }
    byte[] body =
        records.stream()
            .filter(chosen)
            .skip(offset)
            .limit(limit)
            .map(JsonNode::toString)
            .collect(Collectors.joining(",\n", form.head, form.tail))
            .getBytes(StandardCharsets.UTF_8);
    return new Answer(body, form.mediaType, etag(body), lastModified);
  }

  private static int number(String name, String value, int least, int most)
      throws BadQueryException {
    try {
      int number = Integer.parseInt(value);
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // The same answer as for a number out of range.
    }
    throw new BadQueryException(name + " is a number from " + least + " to " + most + ".");
  }

  private static String etag(byte[] body) {
    byte[] hash = Sha256.digest().digest(body);
    return '"'
        + Base64.getUrlEncoder().withoutPadding().encodeToString(hash).substring(0, 22)
        + '"';
  }

  /** The caller's query can't be answered; the message says why. */
  static final class BadQueryException extends Exception {
    private static final long serialVersionUID = 1L;
    private final String why;

    BadQueryException(String why) {
      super(why);
      this.why = why;
    }

    @Override
    public String getMessage() {
      return why;
    }
  }
}
