package org.octroi.store;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** The head of an answer whose content was touched: this reader's only, without validators. */
final class ShapedAnswer {

  private static final Map<String, String> HEADERS =
      Map.of(
          "accept-ranges", "none",
          "cache-control", "private, no-store",
          "vary", "authorization, x-api-key, accept");

  private ShapedAnswer() {}

  static StoreAnswer of(String mediaType) {
    return new StoreAnswer(
        200, mediaType, OptionalLong.empty(), Optional.empty(), Optional.empty(), HEADERS, true);
  }
}
