package org.octroi.gate;

import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.octroi.entitlement.Snapshot;
import org.octroi.obligation.Obligations;
import org.octroi.policy.Decision;
import org.octroi.problem.ProblemType;
import org.octroi.problem.Refusal;
import org.octroi.quota.Account;
import org.octroi.quota.ApplicationAllowance;
import org.octroi.quota.Charge;
import org.octroi.quota.Limits;
import org.octroi.quota.Quota;
import org.octroi.quota.Quotas;
import org.octroi.quota.Quotas.Reserve;
import org.octroi.quota.Spent;
import org.octroi.quota.Unit;

/**
 * Step 5: within rate and quota. One request is taken, and the most that the answer may carry is
 * set aside until it is known what it carried.
 *
 * @refuses rate-exceeded when requests come faster than the tier allows
 * @refuses quota-exceeded when the hour's, day's or month's requests, rows or bytes are used up
 * @refuses ledger-unavailable when the count can't be kept
 */
final class Spend {

  private final Quotas quotas;
  private final Limits ofApplication;
  private final ZoneId applicationZone;

  Spend(Quotas quotas, ApplicationAllowance application) {
    this.quotas = quotas;
    this.ofApplication = application.limits();
    this.applicationZone = application.zone();
  }

  Step.Outcome take(Passage passage) {
    Limits limits = passage.entitled().offer().tier().limits();
    Reserve reserve = reserve(passage, limits);
    CompletableFuture<Spent> spending =
        quotas.take(charges(passage, limits), reserve).toCompletableFuture();
    // Almost always answered from the lease already: then there is nothing to wait for.
    return spending.state() == CompletableFuture.State.SUCCESS
        ? taken(passage, spending.resultNow(), reserve)
        : new Step.Later(
            spending.thenApplyAsync(
                spent -> taken(passage, spent, reserve), passage.exchange().loop()));
  }

  private static Step.Outcome taken(Passage passage, Spent spent, Reserve reserve) {
    passage.paid(new Passage.Paid(spent, reserve));
    return switch (spent) {
      case Spent.Granted granted -> Step.GoOn.GO_ON;
      case Spent.TooFast tooFast ->
          new Step.Refused(tooFast(tooFast.retryAfter()).with("of", tooFast.account().word()));
      case Spent.UsedUp usedUp -> {
        long seconds = seconds(usedUp.retryAfter());
        yield new Step.Refused(
            Refusal.of(ProblemType.QUOTA_EXCEEDED, usedUp.unit().word(), seconds)
                .with("retry_after", seconds)
                .with("quota", Quota.name(usedUp.unit(), usedUp.window()))
                .with("of", usedUp.account().word()));
      }
      case Spent.Unknown unknown -> Step.refused(ProblemType.LEDGER_UNAVAILABLE);
    };
  }

  /** The caller comes faster than they may. */
  static Refusal tooFast(Duration wait) {
    long seconds = seconds(wait);
    return Refusal.of(ProblemType.RATE_EXCEEDED, seconds).with("retry_after", seconds);
  }

  /** The dataset in all, then the application in all, then what the tier gives. */
  private List<Charge> charges(Passage passage, Limits tier) {
    Snapshot.Dataset dataset = passage.routed().dataset();
    ZoneId zone = dataset.territory().zone();
    Charge own =
        new Charge(
            passage
                .entitled()
                .agreement()
                .<Account>map(agreement -> new Account.OfAgreement(agreement.id()))
                .orElseGet(() -> new Account.OfCaller(dataset.id(), passage.callersName())),
            tier,
            zone);
    Optional<Snapshot.Application> application =
        ofApplication.limit() ? passage.identified().application() : Optional.empty();
    if (!dataset.limits().limit() && application.isEmpty()) {
      return List.of(own);
    }
    List<Charge> charges = new ArrayList<>(3);
    if (dataset.limits().limit()) {
      charges.add(new Charge(new Account.OfDataset(dataset.id()), dataset.limits(), zone));
    }
    application.ifPresent(
        one ->
            charges.add(
                new Charge(new Account.OfApplication(one.id()), ofApplication, applicationZone)));
    charges.add(own);
    return charges;
  }

  /** A tier with a quota of rows or bytes has a cap per answer: that much is set aside. */
  private static Reserve reserve(Passage passage, Limits limits) {
    if (passage.head()) {
      return Reserve.NOTHING;
    }
    Obligations obligations =
        passage.decided().permit().map(Decision.Permit::obligations).orElse(Obligations.NONE);
    return new Reserve(
        limits.count(Unit.ROWS) ? obligations.rowCap().orElse(0) : 0,
        limits.count(Unit.BYTES) ? obligations.byteCap().orElse(0) : 0);
  }

  private static long seconds(Duration wait) {
    return Math.max(1, wait.plusNanos(999_999_999).toSeconds());
  }
}
