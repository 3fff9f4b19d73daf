package org.octroi.vocabulary;

import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.impl.TimeBasedEpochGenerator;
import java.util.UUID;

/**
 * An id that knows what it names, so that a holder's id can't be passed where a dataset's is meant.
 *
 * <p>New ids are time-ordered UUIDs (version 7, RFC 9562 §5.7): rows made one after the other lie
 * one after the other in an index. To the outside an id is an opaque string.
 */
public interface Id {

  UUID value();

  /** A new time-ordered UUID; safe for use by many threads. */
  static UUID next() {
    return Generator.INSTANCE.generate();
  }

  /** Holds the generator apart, so that the interface itself has no state to show. */
  final class Generator {
    private static final TimeBasedEpochGenerator INSTANCE =
        Generators.timeBasedEpochGenerator(new java.security.SecureRandom());

    private Generator() {}
  }
}
