package org.octroi.gate;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.octroi.entitlement.Snapshot;
import org.octroi.gate.http.Request;
import org.octroi.problem.ProblemType;

/**
 * Step 1: method and path to a distribution.
 *
 * <p>From here on the passage is metered, so where it comes from is noted here too. {@code
 * /{territory}/{dataset}} means the default distribution, {@code
 * /{territory}/{dataset}/{distribution}} one of them, and what follows goes to the store where the
 * store takes it.
 *
 * @refuses unknown-dataset when nothing is offered at the path
 * @refuses dataset-retired when what was offered there is gone for good
 * @refuses not-allowed-method when the method is neither GET nor HEAD, nor POST where the
 *     distribution takes queries in a body
 */
final class Route {

  private final Callers callers;

  Route(Callers callers) {
    this.callers = callers;
  }

  Step.Outcome resolve(Passage passage) {
    List<String> segments = passage.request().target().segments();
    Optional<Passage.Routed> found = find(passage.snapshot(), passage.request());
    if (found.isEmpty()) {
      return Step.refused(
          nothingAt(passage.snapshot(), passage.request()),
          "/" + String.join("/", segments.subList(0, Math.min(3, segments.size()))));
    }
    passage.routed(found.get());
    passage.caller(callers.of(passage));
    String method = passage.request().method();
    boolean allowed =
        switch (method) {
          case "GET", "HEAD" -> true;
          case "POST" -> found.get().distribution().target().bodies();
          default -> false;
        };
    return allowed ? Step.GoOn.GO_ON : Step.refused(ProblemType.NOT_ALLOWED_METHOD, method);
  }

  /** Why nothing is found at a path. */
  static ProblemType nothingAt(Snapshot snapshot, Request request) {
    List<String> segments = request.target().segments();
    return segments.size() > 1
            && snapshot
                .dataset(segments.get(0), segments.get(1))
                .filter(Snapshot.Dataset::retired)
                .isPresent()
        ? ProblemType.DATASET_RETIRED
        : ProblemType.UNKNOWN_DATASET;
  }

  /** The methods that everything here takes, as {@code Allow} lists them. */
  static final String METHODS = "GET, HEAD, OPTIONS";

  /** The methods of a distribution. */
  static String methods(Snapshot.Distribution distribution) {
    return distribution.target().bodies() ? "GET, HEAD, POST, OPTIONS" : METHODS;
  }

  /** What a request is about. */
  static Optional<Passage.Routed> find(Snapshot snapshot, Request request) {
    List<String> segments = request.target().segments();
    if (segments.size() < 2) {
      return Optional.empty();
    }
    Optional<Snapshot.Dataset> dataset = snapshot.dataset(segments.get(0), segments.get(1));
    if (dataset.isEmpty()) {
      return Optional.empty();
    }
    String slug = segments.size() > 2 ? segments.get(2) : dataset.get().defaultDistribution();
    Snapshot.@Nullable Distribution distribution = dataset.get().distributions().get(slug);
    if (distribution == null) {
      return Optional.empty();
    }
    String rest = request.target().rest(3);
    return rest.isEmpty() || distribution.target().subpaths()
        ? Optional.of(new Passage.Routed(dataset.get(), distribution, rest))
        : Optional.empty();
  }
}
