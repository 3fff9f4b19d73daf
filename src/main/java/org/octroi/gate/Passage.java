package org.octroi.gate;

import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;
import org.octroi.entitlement.Snapshot;
import org.octroi.gate.http.Exchange;
import org.octroi.gate.http.Request;
import org.octroi.policy.Decision;
import org.octroi.policy.DecisionInput.Authentication;
import org.octroi.problem.Problems;
import org.octroi.quota.Quotas.Reserve;
import org.octroi.quota.Spent;
import org.octroi.usage.PreparedAccess;
import org.octroi.vocabulary.Action;
import org.octroi.vocabulary.Channel;
import org.octroi.vocabulary.Format;
import org.octroi.vocabulary.Id;
import org.octroi.vocabulary.Purpose;

/**
 * What is known of one request so far: each step adds its part and reads those of the steps before
 * it. One snapshot serves a passage from beginning to end. On one event loop only.
 */
final class Passage {

  private final String id = Id.next().toString();
  private final Request request;
  private final Exchange exchange;
  private final Snapshot snapshot;
  private final Instant began;
  private final long beganNanos = System.nanoTime();
  private final Locale language;

  private @Nullable Routed routed;
  private @Nullable Caller caller;
  private @Nullable Identified identified;
  private @Nullable Entitled entitled;
  private @Nullable Asking asking;
  private @Nullable Decided decided;
  private @Nullable Paid paid;

  Passage(Request request, Exchange exchange, Snapshot snapshot, Clock clock) {
    this.request = request;
    this.exchange = exchange;
    this.snapshot = snapshot;
    this.began = clock.instant();
    this.language = Problems.language(request.headers().get("accept-language"));
  }

  /**
   * What Route found.
   *
   * @param rest what follows the distribution in the path
   */
  record Routed(Snapshot.Dataset dataset, Snapshot.Distribution distribution, String rest) {}

  /**
   * Where it comes from.
   *
   * @param pseudonym the keyed daily pseudonym of the caller's address
   * @param channel who or what sits behind it
   */
  record Caller(String pseudonym, Channel channel) {}

  /**
   * What Identify found.
   *
   * @param purpose the purpose in the token
   */
  record Identified(
      Authentication authentication,
      Optional<Snapshot.Application> application,
      SortedSet<String> scopes,
      Optional<Purpose> purpose) {}

  /** What Entitle found: an agreement with its offer, or the anonymous offer alone. */
  record Entitled(Optional<Snapshot.Agreement> agreement, Snapshot.Offer offer) {}

  /** What is asked, as Decide understood it. */
  record Asking(Action action, Format format, Optional<Purpose> purpose) {}

  /**
   * What Decide was told; the permit is absent where it was none.
   *
   * @param access what the journal writes of every passage of this shape
   * @param dressings the fields of the answers of this shape
   */
  record Decided(Optional<Decision.Permit> permit, PreparedAccess access, Dressings dressings) {}

  /** What Spend took, or why it could not. */
  record Paid(Spent spent, Reserve reserve) {}

  String id() {
    return id;
  }

  Request request() {
    return request;
  }

  boolean head() {
    return request.method().equals("HEAD");
  }

  /** Whether part of the question is in a body, which nobody here looks into. */
  boolean asksInABody() {
    return request.method().equals("POST");
  }

  /** A header's value, its lines joined; empty where it was not sent. */
  Optional<String> header(String name) {
    List<String> lines = request.headers().getAll(name);
    return switch (lines.size()) {
      case 0 -> Optional.empty();
      case 1 -> Optional.of(lines.getFirst());
      default -> Optional.of(String.join(", ", lines));
    };
  }

  Map<String, List<String>> query() {
    return request.target().query();
  }

  Exchange exchange() {
    return exchange;
  }

  Snapshot snapshot() {
    return snapshot;
  }

  Instant began() {
    return began;
  }

  long micros() {
    return (System.nanoTime() - beganNanos) / 1000;
  }

  Locale language() {
    return language;
  }

  /** The day that it is for the dataset's territory. */
  LocalDate localDay() {
    return LocalDate.ofInstant(began, routed().dataset().territory().zone());
  }

  /** The region that the caller's network lies in; nothing tells it yet. */
  String region() {
    return "unknown";
  }

  Routed routed() {
    return known(routed, "route");
  }

  Optional<Routed> routedIfKnown() {
    return Optional.ofNullable(routed);
  }

  void routed(Routed found) {
    routed = found;
  }

  Caller caller() {
    return known(caller, "route");
  }

  void caller(Caller found) {
    caller = found;
  }

  Identified identified() {
    return known(identified, "identify");
  }

  Optional<Identified> identifiedIfKnown() {
    return Optional.ofNullable(identified);
  }

  void identified(Identified found) {
    identified = found;
  }

  /** What the caller is counted under: the application, or the address's pseudonym of the day. */
  String callersName() {
    return identified()
        .application()
        .map(Snapshot.Application::id)
        .map(Object::toString)
        .orElse(caller().pseudonym());
  }

  Entitled entitled() {
    return known(entitled, "entitle");
  }

  Optional<Entitled> entitledIfKnown() {
    return Optional.ofNullable(entitled);
  }

  void entitled(Entitled found) {
    entitled = found;
  }

  Asking asking() {
    return known(asking, "decide");
  }

  Optional<Asking> askingIfKnown() {
    return Optional.ofNullable(asking);
  }

  void asking(Asking understood) {
    asking = understood;
  }

  Decided decided() {
    return known(decided, "decide");
  }

  /** What the decision permits; only after a permit. */
  Decision.Permit permit() {
    return decided()
        .permit()
        .orElseThrow(() -> new IllegalStateException("the decision is no permit"));
  }

  Optional<Decided> decidedIfKnown() {
    return Optional.ofNullable(decided);
  }

  void decided(Decided told) {
    decided = told;
  }

  Paid paid() {
    return known(paid, "spend");
  }

  Optional<Paid> paidIfKnown() {
    return Optional.ofNullable(paid);
  }

  void paid(Paid taken) {
    paid = taken;
  }

  /** Settles what was set aside with what went out. */
  void settle(long rows, long bytes) {
    if (paid().spent() instanceof Spent.Granted granted) {
      granted.settle(rows, bytes);
    }
  }

  /** Gives back all that was taken: the store failed, or we did. */
  void giveBack() {
    if (paid != null && paid.spent() instanceof Spent.Granted granted) {
      granted.giveBack();
    }
  }

  private static <T> T known(@Nullable T part, String step) {
    if (part == null) {
      throw new IllegalStateException("the step " + step + " has not been taken");
    }
    return part;
  }
}
