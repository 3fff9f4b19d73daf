package org.octroi.gate;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.octroi.entitlement.Snapshot;
import org.octroi.gate.http.Request;
import org.octroi.gate.http.RequestBody;
import org.octroi.obligation.Obligations;
import org.octroi.obligation.Obligations.Mask;
import org.octroi.problem.ProblemType;
import org.octroi.problem.PublicAddresses;
import org.octroi.problem.Refusal;
import org.octroi.secret.Seal;
import org.octroi.store.Connectors;
import org.octroi.store.StoreCall;
import org.octroi.vocabulary.Classification;

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

  private static final String PERSONAL_DATA = "personal-data";

  private static final byte[] NO_KEY = new byte[0];

  /**
   * All that a store may see of a request's header. No condition on a date: the date that we send
   * is the dataset's where the store has none, and a store can't know which it is asked about.
   */
  private static final AsciiString[] SAFE = {
    HttpHeaderNames.ACCEPT,
    HttpHeaderNames.ACCEPT_LANGUAGE,
    HttpHeaderNames.ACCEPT_ENCODING,
    HttpHeaderNames.RANGE,
    HttpHeaderNames.IF_RANGE,
    HttpHeaderNames.IF_NONE_MATCH
  };

  /** What {@code Via} says of a message that came by HTTP/1.1 (RFC 9110 §7.6.3). */
  static final AsciiString VIA_1_1 = AsciiString.cached("1.1 octroi");

  private static final AsciiString VIA_1_0 = AsciiString.cached("1.0 octroi");
  private static final AsciiString VIA_2 = AsciiString.cached("2 octroi");

  private final Connectors connectors;
  private final Seal seal;
  private final Duration timeout;
  private final Answer answer;
  private final Meter meter;
  private final String forwardedByTls;
  private final String forwardedInTheClear;

  Fetch(
      Connectors connectors,
      Seal seal,
      Duration timeout,
      PublicAddresses addresses,
      Answer answer,
      Meter meter) {
    String host = URI.create(addresses.gate().publicUrl()).getRawAuthority();
    this.forwardedByTls = "for=unknown;host=\"" + host + "\";proto=https";
    this.forwardedInTheClear = "for=unknown;host=\"" + host + "\";proto=http";
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
            forwarded(passage),
            via(passage),
            body(passage),
            timeout,
            !passage.asksInABody() && shareable(passage.routed().dataset(), obligations));
    Delivery delivery = new Delivery(passage, answer, meter);
    delivery.begin(connectors.fetch(call, passage.exchange().loop(), delivery));
    return Step.GoOn.GO_ON;
  }

  /**
   * Whether one reader's answer may serve another: only of what anybody may have. What is shaped is
   * its reader's own; personal data lie nowhere on their way.
   */
  private static boolean shareable(Snapshot.Dataset dataset, Obligations obligations) {
    return !obligations.shapesContent()
        && dataset.classification() == Classification.PUBLIC
        && !dataset.flags().contains(PERSONAL_DATA);
  }

  private byte[] maskKey(Optional<Snapshot.Agreement> agreement, Obligations obligations) {
    boolean hashes =
        !obligations.masks().isEmpty()
            && obligations.masks().stream().anyMatch(mask -> mask.how() == Mask.How.HASH);
    return hashes && agreement.isPresent()
        ? seal.open(MASK_KEY, agreement.get().maskKey())
        : NO_KEY;
  }

  /**
   * By which way it came (RFC 7239), and not whose it is: a store needs no address to answer, and a
   * city's servers keep too many of them already.
   */
  private String forwarded(Passage passage) {
    return passage.exchange().client().secure() ? forwardedByTls : forwardedInTheClear;
  }

  private static AsciiString via(Passage passage) {
    return switch (passage.exchange().version()) {
      case HTTP_1_0 -> VIA_1_0;
      case HTTP_1_1 -> VIA_1_1;
      case HTTP_2 -> VIA_2;
    };
  }

  private static Optional<StoreCall.Body> body(Passage passage) {
    return passage.asksInABody() ? Optional.of(new Passed(passage.request())) : Optional.empty();
  }

  /** What {@code Connection} names is for this hop only (RFC 9110 §7.6.1). */
  private static Map<String, String> safe(HttpHeaders headers) {
    Map<String, String> safe = Map.of();
    for (AsciiString name : SAFE) {
      @Nullable String value = headers.get(name);
      if (value != null && !ofThisHop(name, headers)) {
        if (safe.isEmpty()) {
          safe = new HashMap<>();
        }
        safe.put(name.toString(), String.join(", ", headers.getAll(name)));
      }
    }
    if (!safe.getOrDefault("if-range", "\"").contains("\"")) {
      // Such a part would be joined to one of another state: the whole is right in any case.
      safe.remove("if-range");
      safe.remove("range");
    }
    return safe;
  }

  private static boolean ofThisHop(AsciiString name, HttpHeaders headers) {
    return headers.contains(HttpHeaderNames.CONNECTION)
        && headers.containsValue(HttpHeaderNames.CONNECTION, name, true);
  }

  /** The caller's body as a store takes it. */
  private record Passed(Request request) implements StoreCall.Body {

    @Override
    public String mediaType() {
      return request.headers().get(HttpHeaderNames.CONTENT_TYPE, "application/octet-stream");
    }

    @Override
    public OptionalLong length() {
      if (!request.body().isPresent()) {
        return OptionalLong.of(0);
      }
      @Nullable String length = request.headers().get(HttpHeaderNames.CONTENT_LENGTH);
      return length == null
          ? OptionalLong.empty()
          : OptionalLong.of(Long.parseLong(length.strip()));
    }

    @Override
    public void read(StoreCall.BodyReader reader) {
      request
          .body()
          .read(
              new RequestBody.Reader() {
                @Override
                public void piece(ByteBuf bytes) {
                  reader.piece(bytes);
                }

                @Override
                public void end() {
                  reader.end();
                }

                @Override
                public void failed(Refusal refusal) {
                  reader.failed(refusal);
                }
              });
    }

    @Override
    public void pause() {
      request.body().pause();
    }

    @Override
    public void resume() {
      request.body().resume();
    }
  }
}
