package org.octroi.usage;

import java.util.Optional;
import org.octroi.vocabulary.TerritoryId;

/** Finds a single event, to answer "why was this refused?". */
public interface UsageEvents {

  /**
   * The event of a request among the most recent ones (the last 32 segments of the journal): reads
   * files from the newest on, so it takes tens of milliseconds and is not for the request path.
   *
   * @param territory the territory that the request was made in
   * @param requestId the id that was answered in {@code Octroi-Request}
   */
  Optional<UsageEvent> find(TerritoryId territory, String requestId);
}
