package org.octroi.gate;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.octroi.obligation.Obligations;
import org.octroi.policy.Decision;
import org.octroi.problem.ProblemType;
import org.octroi.problem.Refusal;
import org.octroi.quota.Account;
import org.octroi.quota.Limits;
import org.octroi.quota.Quotas;
import org.octroi.quota.Quotas.Reserve;
import org.octroi.quota.Spent;
import org.octroi.vocabulary.DatasetId;

/**
 * Step 5: within rate and quota. One request is taken, and the most that the answer may carry is
 * set aside until it is known what it carried.
 *
 * @refuses rate-exceeded when requests come faster than the tier allows
 * @refuses quota-exceeded when the day's requests, rows or bytes are used up
 * @refuses ledger-unavailable when the count can't be kept
 */
final class Spend {

  private final Quotas quotas;

  Spend(Quotas quotas) {
    this.quotas = quotas;
  }

  Step.Outcome take(Passage passage) {
    Limits limits = passage.entitled().offer().tier().limits();
    Reserve reserve = reserve(passage, limits);
    CompletableFuture<Spent> spending =
        quotas
            .take(account(passage), limits, passage.routed().dataset().territory().zone(), reserve)
            .toCompletableFuture();
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
      case Spent.TooFast tooFast -> tooFast(tooFast.retryAfter());
      case Spent.UsedUp usedUp -> {
        long seconds = seconds(usedUp.retryAfter());
        yield new Step.Refused(
            Refusal.of(ProblemType.QUOTA_EXCEEDED, usedUp.what(), seconds)
                .with("retry_after", seconds));
      }
      case Spent.Unknown unknown -> Step.refused(ProblemType.LEDGER_UNAVAILABLE);
    };
  }

  /** The caller comes faster than they may. */
  static Step.Outcome tooFast(Duration wait) {
    long seconds = seconds(wait);
    return new Step.Refused(
        Refusal.of(ProblemType.RATE_EXCEEDED, seconds).with("retry_after", seconds));
  }

  private static Account account(Passage passage) {
    DatasetId dataset = passage.routed().dataset().id();
    return passage
        .entitled()
        .agreement()
        .<Account>map(agreement -> new Account.OfAgreement(agreement.id()))
        .orElseGet(() -> new Account.OfCaller(dataset, passage.callersName()));
  }

  /** A tier with a quota of rows or bytes has a cap per answer: that much is set aside. */
  private static Reserve reserve(Passage passage, Limits limits) {
    if (passage.head()) {
      return Reserve.NOTHING;
    }
    Obligations obligations =
        passage.decided().permit().map(Decision.Permit::obligations).orElse(Obligations.NONE);
    return new Reserve(
        limits.rowsPerDay().isPresent() ? obligations.rowCap().orElse(0) : 0,
        limits.bytesPerDay().isPresent() ? obligations.byteCap().orElse(0) : 0);
  }

  private static long seconds(Duration wait) {
    return Math.max(1, wait.plusNanos(999_999_999).toSeconds());
  }
}
