package org.octroi.vocabulary;

import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * How a record stands in a column as JSON: Jackson's defaults, so that what is stored does not
 * follow the API's settings, and every member of it always, also those that are empty.
 *
 * <p>So it is read strictly. What a tier demands would be nothing if a member that got lost were
 * taken for an empty one: a text that lacks a member, has one too many, or has null for what can't
 * be empty is none that we wrote, and is refused. Who adds a component to such a record writes a
 * migration of the rows that are there.
 */
public final class StoredJson {

  /** The mapper, for writing and for reading. */
  public static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(
              DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES,
              DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES,
              DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES,
              DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES,
              DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private StoredJson() {}
}
