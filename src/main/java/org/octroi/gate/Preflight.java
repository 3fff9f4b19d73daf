package org.octroi.gate;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.octroi.entitlement.Snapshot;
import org.octroi.gate.http.Exchange;
import org.octroi.gate.http.Request;
import org.octroi.problem.ProblemType;
import org.octroi.problem.Refusal;

/**
 * Answers OPTIONS, a browser's preflight among them (Fetch standard, CORS): it asks for no data, so
 * no store hears of it and nothing is counted. Datasets with an anonymous offer may be read from
 * any origin; what needs a credential only from the origins that applications registered. A
 * preflight carries no credential, so that the application's own are asked for is seen to when the
 * request itself comes.
 *
 * @refuses unknown-dataset when nothing is offered at the path
 * @refuses dataset-retired when what was offered there is gone for good
 * @refuses not-permitted when the origin may not read the dataset
 */
final class Preflight {

  private static final String REQUEST_FIELDS =
      "Authorization, DPoP, X-API-Key, Octroi-Purpose, Octroi-Agreement, Accept, Accept-Language,"
          + " Content-Type, Range, If-Range, If-None-Match, If-Modified-Since";

  private final Answer answer;

  Preflight(Answer answer) {
    this.answer = answer;
  }

  void answer(Request request, Exchange exchange, Snapshot snapshot) {
    Optional<Passage.Routed> found = Route.find(snapshot, request);
    if (found.isEmpty()) {
      answer.refuse(exchange, Refusal.of(Route.nothingAt(snapshot, request)));
      return;
    }
    HttpHeaders fields = new DefaultHttpHeaders();
    String methods = Route.methods(found.get().distribution());
    fields.set(HttpHeaderNames.ALLOW, methods);
    @Nullable String origin = request.headers().get(HttpHeaderNames.ORIGIN);
    if (origin != null) {
      boolean open = found.get().dataset().anonymousOffer().isPresent();
      if (!open && !snapshot.originRegistered(origin)) {
        answer.refuse(
            exchange,
            Refusal.of(ProblemType.NOT_PERMITTED)
                .with("reasons", List.of("origin-not-registered")));
        return;
      }
      fields.set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN, open ? "*" : origin);
      fields.set(HttpHeaderNames.VARY, HttpHeaderNames.ORIGIN);
      fields.set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_METHODS, methods);
      fields.set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_HEADERS, REQUEST_FIELDS);
      fields.set(HttpHeaderNames.ACCESS_CONTROL_MAX_AGE, "600");
    }
    exchange.head(204, fields, OptionalLong.empty());
    exchange.end();
  }
}
