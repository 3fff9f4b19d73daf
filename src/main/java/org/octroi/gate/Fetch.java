package org.octroi.gate;

import io.netty.handler.codec.http.HttpHeaders;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.octroi.entitlement.Snapshot;
import org.octroi.obligation.Obligations;
import org.octroi.obligation.Obligations.Mask;
import org.octroi.problem.ProblemType;
import org.octroi.secret.Seal;
import org.octroi.store.Connectors;
import org.octroi.store.StoreCall;

/**
 * Step 6: asks the store. Only what a store may know of a request goes there: never a credential,
 * never an address. What comes back is taken by a {@link Delivery}.
 *
 * @refuses tier-forbids when the format is none of the tier's
 * @refuses range-not-satisfiable when the store has nothing in the range asked for
 */
final class Fetch {

  /** What an agreement's own key for masks by hash is sealed for. */
  static final String MASK_KEY = "mask-key";

  private static final byte[] NO_KEY = new byte[0];

  /**
   * All that a store may see of a request's header. No condition on a date: the date that we send
   * is the dataset's where the store has none, and a store can't know which it is asked about.
   */
  private static final List<String> SAFE =
      List.of("accept", "accept-language", "accept-encoding", "range", "if-range", "if-none-match");

  private final Connectors connectors;
  private final Seal seal;
  private final Duration timeout;
  private final Answer answer;
  private final Meter meter;

  Fetch(Connectors connectors, Seal seal, Duration timeout, Answer answer, Meter meter) {
    this.connectors = connectors;
    this.seal = seal;
    this.timeout = timeout;
    this.answer = answer;
    this.meter = meter;
  }

  Step.Outcome start(Passage passage) {
    Obligations obligations = passage.permit().obligations();
    Passage.Asking asking = passage.asking();
    if (!obligations.formats().isEmpty() && !obligations.formats().contains(asking.format())) {
      passage.settle(0, 0);
      return Step.refused(ProblemType.TIER_FORBIDS, asking.format().word());
    }
    Optional<Snapshot.Agreement> agreement = passage.entitled().agreement();
    StoreCall call =
        new StoreCall(
            passage.routed().distribution().target(),
            passage.head(),
            passage.routed().rest(),
            passage.query(),
            safe(passage.request().headers()),
            asking.format(),
            obligations,
            maskKey(agreement, obligations),
            passage.began(),
            agreement.map(Snapshot.Agreement::number),
            passage.id(),
            timeout);
    Delivery delivery = new Delivery(passage, answer, meter);
    delivery.begin(connectors.fetch(call, passage.exchange().loop(), delivery));
    return Step.GoOn.GO_ON;
  }

  private byte[] maskKey(Optional<Snapshot.Agreement> agreement, Obligations obligations) {
    boolean hashes = obligations.masks().stream().anyMatch(mask -> mask.how() == Mask.How.HASH);
    return hashes && agreement.isPresent()
        ? seal.open(MASK_KEY, agreement.get().maskKey())
        : NO_KEY;
  }

  /** What {@code Connection} names is for this hop only (RFC 9110 §7.6.1). */
  private static Map<String, String> safe(HttpHeaders headers) {
    Set<String> thisHop =
        headers.getAll("connection").stream()
            .flatMap(names -> List.of(names.split(",")).stream())
            .map(name -> name.strip().toLowerCase(Locale.ROOT))
            .collect(Collectors.toUnmodifiableSet());
    Map<String, String> safe = new HashMap<>();
    for (String name : SAFE) {
      List<String> values = headers.getAll(name);
      if (!values.isEmpty() && !thisHop.contains(name)) {
        safe.put(name, String.join(", ", values));
      }
    }
    if (!safe.getOrDefault("if-range", "\"").contains("\"")) {
      // Such a part would be joined to one of another state: the whole is right in any case.
      safe.remove("if-range");
      safe.remove("range");
    }
    return safe;
  }
}
