package org.octroi.store;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The head of a store's answer as it goes out, after shaping.
 *
 * @param status 200, 206, 304 or 416, or a 4xx of the store's that is the caller's doing
 * @param mediaType the content type with its parameters
 * @param length the length of the body where it is known
 * @param entityTag the store's own validator, quoted, where nothing was shaped
 * @param lastModified when the data last changed, where the store says so
 * @param headers further headers that may go out: {@code content-range}, {@code content-encoding},
 *     {@code content-disposition}, {@code accept-ranges}, {@code cache-control}, {@code vary},
 *     {@code expires}, and {@code age} (how old the answer is, in seconds, where it was kept
 *     somewhere on its way; RFC 9111 §5.1); names in lower case
 * @param shaped whether the content was touched, so that it is this reader's only
 */
public record StoreAnswer(
    int status,
    String mediaType,
    OptionalLong length,
    Optional<String> entityTag,
    Optional<Instant> lastModified,
    Map<String, String> headers,
    boolean shaped) {

  /** What is said in its place to a reader who has it already (RFC 9110 §15.4.5). */
  public StoreAnswer notModified() {
    return new StoreAnswer(
        304, mediaType, OptionalLong.empty(), entityTag, lastModified, headers, shaped);
  }
}
