package org.octroi.catalogue;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Instant;
import java.util.Optional;
import org.octroi.vocabulary.Bilingual;
import org.octroi.vocabulary.Slug;

/**
 * That a dataset is not to be built upon any more.
 *
 * @param since from when on (RFC 9745); may be ahead
 * @param sunset from when on it may be gone (RFC 8594), after {@code since}; empty where no end is
 *     set
 * @param link where more is said; empty for the dataset's own page
 * @param note what its holder says of it
 */
public record Deprecation(
    Instant since, Optional<Instant> sunset, Optional<Link> link, Optional<Bilingual> note) {

  /**
   * @throws IllegalArgumentException when the sunset is not after the beginning
   */
  public Deprecation {
    if (sunset.isPresent() && !sunset.get().isAfter(since)) {
      throw new IllegalArgumentException("must be after deprecatedAt");
    }
  }

  /** What a deprecated dataset's readers are sent to. */
  public sealed interface Link {

    /** A page that explains. */
    record Page(URI address) implements Link {

      private static final int LONGEST = 500;

      /**
       * @throws IllegalArgumentException when it is no absolute address of the https scheme
       */
      public Page {
        if (!"https".equals(address.getScheme())
            || address.getHost() == null
            || address.getUserInfo() != null
            || !address.toString().equals(address.toASCIIString())
            || address.toString().length() > LONGEST) {
          throw new IllegalArgumentException(
              "must be an https address of up to " + LONGEST + " characters");
        }
      }
    }

    /** The dataset of the same territory that replaces it. */
    record Successor(Slug dataset) implements Link {}

    /**
     * Reads an address, or the name of a dataset.
     *
     * @throws IllegalArgumentException when it is neither
     */
    static Link of(String text) {
      if (!text.contains(":")) {
        return new Successor(new Slug(text));
      }
      try {
        return new Page(new URI(text));
      } catch (URISyntaxException e) {
        throw new IllegalArgumentException("must be an https address", e);
      }
    }

    /** As {@link #of} reads it. */
    default String text() {
      return switch (this) {
        case Page(URI address) -> address.toString();
        case Successor(Slug dataset) -> dataset.value();
      };
    }
  }
}
