package org.octroi.quota;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.Scheduler;
import io.github.bucket4j.TimeMeter;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.octroi.quota.Allowance.Attempt;
import org.octroi.quota.Allowance.Refilled;
import org.octroi.vocabulary.DatasetId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.SmartLifecycle;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/**
 * Spends from leases.
 *
 * <p>The quotas of agreements, applications and datasets stand in the {@link Ledger}. Each gate
 * leases a small part of one ahead of need and spends that in memory: two seconds of the pace that
 * it sees, and no more than a tenth of what nobody has leased, two seconds of the tier's own pace,
 * and {@code octroi.quota.max-lease} requests (for rows and bytes, the reserves of as many
 * answers). Towards the end of a quota the lease is one unit, so that one gate alone can spend the
 * quota to its last unit. When half of the lease is spent, the next is fetched in the background;
 * only a first call, or one that outran its refill, waits, and no thread waits with it.
 *
 * <p><b>The bound.</b> What is leased counts as taken in the ledger, so that no number of gates and
 * no crash takes more than the quota. A crash costs the units of the open lease, which are counted
 * as spent: never more than the lease above. A graceful stop gives them back.
 *
 * <p><b>The ledger out of reach.</b> What is leased is spent. Then a strict quota refuses, and a
 * lenient one serves up to its grace in each gate, counted in {@code octroi.quota.served.on.grace};
 * that is charged when the ledger answers again.
 *
 * <p>Stages complete on a virtual thread of this class where they waited, otherwise before {@code
 * take} returns. Safe for use by many threads.
 */
@Component
final class LeasedQuotas implements Quotas, SmartLifecycle {

  private static final Logger LOG = LoggerFactory.getLogger(LeasedQuotas.class);

  /** A call that has not had to wait yet: the time is not even looked at for it. */
  private static final long NO_DEADLINE = Long.MAX_VALUE;

  private final Ledger ledger;
  private final Clock clock;
  private final TimeMeter time;
  private final QuotaProperties properties;
  private final ExecutorService background =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("quota-", 0).factory());
  private final Cache<Account.Kept, Allowance> accounts;
  private final Cache<Account.OfCaller, Allowance> callers;
  private final Map<DatasetId, Allowance> overflow = new ConcurrentHashMap<>();
  private final Counter tooFast;
  private final Counter usedUp;
  private final Counter unknown;
  private final Counter ledgerFailures;
  private final Counter onGrace;
  private final long patienceNanos;
  private volatile boolean stopped;
  private volatile boolean running;

  @Autowired
  LeasedQuotas(
      Ledger ledger,
      QuotaProperties properties,
      ObjectProvider<Clock> clock,
      MeterRegistry metrics) {
    this(
        ledger,
        properties,
        clock.getIfAvailable(Clock::systemUTC),
        TimeMeter.SYSTEM_NANOTIME,
        metrics);
  }

  LeasedQuotas(
      Ledger ledger,
      QuotaProperties properties,
      Clock clock,
      TimeMeter time,
      MeterRegistry metrics) {
    this.ledger = ledger;
    this.properties = properties;
    this.clock = clock;
    this.time = time;
    this.accounts =
        Caffeine.newBuilder()
            .maximumSize(properties.accounts())
            .expireAfterAccess(properties.leaseIdle())
            .scheduler(Scheduler.systemScheduler())
            .executor(Runnable::run)
            .<Account.Kept, Allowance>removalListener(
                (account, allowance, cause) -> {
                  if (allowance != null) {
                    closed(allowance);
                  }
                })
            .build();
    // A caller's allowance is of one day and ends with it, as the pseudonym does.
    this.callers =
        Caffeine.newBuilder()
            .maximumSize(properties.callers())
            .executor(Runnable::run)
            .expireAfter(
                Expiry.<Account.OfCaller, Allowance>creating(
                    (caller, allowance) -> Duration.ofHours(25)))
            .scheduler(Scheduler.systemScheduler())
            .build();
    this.tooFast = metrics.counter("octroi.quota.refused", "why", "rate");
    this.usedUp = metrics.counter("octroi.quota.refused", "why", "quota");
    this.unknown = metrics.counter("octroi.quota.refused", "why", "ledger");
    this.ledgerFailures = metrics.counter("octroi.quota.ledger.failures");
    this.onGrace = metrics.counter("octroi.quota.served.on.grace");
    this.patienceNanos = properties.ledgerTimeout().toNanos();
    metrics.gauge("octroi.quota.accounts.open", accounts, Cache::estimatedSize);
    metrics.gauge("octroi.quota.callers.open", callers, Cache::estimatedSize);
  }

  /**
   * What it held goes back: not on the thread that happened to tidy up, which may be one of the
   * gate's loops, unless those have ended and nothing is begun any more.
   */
  private void closed(Allowance allowance) {
    Runnable closing = () -> allowance.close(this::giveBack);
    if (stopped) {
      closing.run();
    } else {
      background.execute(closing);
    }
  }

  @Override
  public CompletionStage<Spent> take(List<Charge> charges, Reserve reserve) {
    if (charges.size() == 1) {
      CompletableFuture<Spent> spending =
          take(charges.getFirst(), reserve, NO_DEADLINE).toCompletableFuture();
      if (spending.state() == CompletableFuture.State.SUCCESS) {
        var _ = counted(spending.resultNow());
        return spending;
      }
      return spending.thenApply(this::counted);
    }
    long deadline = time.currentTimeNanos() + patienceNanos;
    return takeRest(charges, List.of(), reserve, deadline).thenApply(this::counted);
  }

  /** Goes on where so many have granted. */
  private CompletionStage<Spent> takeRest(
      List<Charge> charges, List<Spent.Granted> before, Reserve reserve, long deadline) {
    List<Spent.Granted> granted = new ArrayList<>(before);
    while (granted.size() < charges.size()) {
      CompletableFuture<Spent> taking =
          take(charges.get(granted.size()), reserve, deadline).toCompletableFuture();
      if (taking.state() != CompletableFuture.State.SUCCESS) {
        return taking.thenCompose(
            spent -> {
              if (spent instanceof Spent.Granted one) {
                granted.add(one);
                return takeRest(charges, granted, reserve, deadline);
              }
              return CompletableFuture.completedFuture(refused(spent, granted));
            });
      }
      if (!(taking.resultNow() instanceof Spent.Granted one)) {
        return CompletableFuture.completedFuture(refused(taking.resultNow(), granted));
      }
      granted.add(one);
    }
    return CompletableFuture.completedFuture(new GrantedByAll(granted));
  }

  /** All or nothing: those before get back what they gave. */
  private static Spent refused(Spent refusal, List<Spent.Granted> granted) {
    granted.forEach(Spent.Granted::giveBack);
    GrantedByAll before = new GrantedByAll(granted);
    String left = RateFields.joined(refusal.rateLimit(), before.rateLimit());
    String policy = RateFields.joined(refusal.rateLimitPolicy(), before.rateLimitPolicy());
    return switch (refusal) {
      case Spent.TooFast(Account account, Duration after, String _, String _) ->
          new Spent.TooFast(account, after, left, policy);
      case Spent.UsedUp(
              Account account,
              Unit unit,
              Window window,
              Duration after,
              String _,
              String _) ->
          new Spent.UsedUp(account, unit, window, after, left, policy);
      case Spent.Unknown(String _, String _) -> new Spent.Unknown(left, policy);
      case Spent.Granted granting ->
          throw new IllegalArgumentException("no refusal: " + granting.rateLimit());
    };
  }

  /** What several accounts gave, as one. The last, the narrowest, comes first in the fields. */
  private record GrantedByAll(List<Spent.Granted> all) implements Spent.Granted {
    @Override
    public void settle(long rows, long bytes) {
      all.forEach(one -> one.settle(rows, bytes));
    }

    @Override
    public void giveBack() {
      all.forEach(Spent.Granted::giveBack);
    }

    @Override
    public String rateLimit() {
      return all.reversed().stream().map(Spent::rateLimit).reduce("", RateFields::joined);
    }

    @Override
    public String rateLimitPolicy() {
      return all.reversed().stream().map(Spent::rateLimitPolicy).reduce("", RateFields::joined);
    }
  }

  private CompletionStage<Spent> take(Charge charge, Reserve reserve, long deadline) {
    return switch (charge.account()) {
      case Account.Kept kept -> attempt(kept, charge, reserve, false, deadline);
      case Account.OfCaller caller -> {
        if (allowanceOf(caller, charge.zone())
                .attempt(charge.limits(), charge.zone(), reserve, false)
            instanceof Attempt.Answered(Spent spent)) {
          yield CompletableFuture.completedFuture(spent);
        }
        throw new IllegalStateException("a caller's allowance is all here and never waits");
      }
    };
  }

  private CompletionStage<Spent> attempt(
      Account.Kept account, Charge charge, Reserve reserve, boolean paced, long deadlineNanos) {
    while (!stopped) {
      Allowance allowance = accounts.get(account, this::open);
      switch (allowance.attempt(charge.limits(), charge.zone(), reserve, paced)) {
        case Attempt.Answered(Spent spent) -> {
          return CompletableFuture.completedFuture(spent);
        }
        case Attempt.Closed() -> accounts.asMap().remove(account, allowance);
        case Attempt.Waiting(CompletableFuture<Refilled> refill) -> {
          long now = time.currentTimeNanos();
          long deadline = deadlineNanos == NO_DEADLINE ? now + patienceNanos : deadlineNanos;
          long left = Math.max(1, deadline - now);
          return refill
              .copy()
              .completeOnTimeout(Refilled.TIMED_OUT, left, TimeUnit.NANOSECONDS)
              .thenCompose(
                  how ->
                      how == Refilled.TIMED_OUT
                          ? CompletableFuture.completedFuture(
                              allowance.withoutLedger(charge.limits(), charge.zone(), reserve))
                          : attempt(account, charge, reserve, true, deadline));
        }
      }
    }
    return CompletableFuture.completedFuture(new Spent.Unknown("", ""));
  }

  private Spent counted(Spent spent) {
    switch (spent) {
      case Spent.Granted granted -> {}
      case Spent.TooFast refused -> tooFast.increment();
      case Spent.UsedUp refused -> usedUp.increment();
      case Spent.Unknown refused -> unknown.increment();
    }
    return spent;
  }

  private Allowance allowanceOf(Account.OfCaller caller, ZoneId zone) {
    Allowance known = callers.getIfPresent(caller);
    if (known != null) {
      return known;
    }
    if (callers.estimatedSize() >= properties.callers()) {
      // A flood of addresses must not wash out the counts of those already known.
      return overflow.computeIfAbsent(
          caller.dataset(),
          dataset -> new Allowance(caller, LOCAL, clock, time, properties.maxLease()));
    }
    Instant now = clock.instant();
    Allowance fresh = new Allowance(caller, LOCAL, clock, time, properties.maxLease());
    Allowance earlier =
        callers
            .policy()
            .expireVariably()
            .orElseThrow()
            .putIfAbsent(caller, fresh, Period.at(Window.DAY, now, zone).left(now.toEpochMilli()));
    return earlier == null ? fresh : earlier;
  }

  private Allowance open(Account.Kept account) {
    return new Allowance(account, new FromLedger(account), clock, time, properties.maxLease());
  }

  /** What is leased of a line here, and neither spent nor given back. */
  long held(Ledger.Line line) {
    Allowance allowance = accounts.getIfPresent(line.account());
    return allowance == null ? 0 : allowance.held(line);
  }

  private void giveBack(Ledger.Line line, long units) {
    try {
      ledger.giveBack(line, units);
    } catch (DataAccessException | TransactionException e) {
      ledgerFailures.increment();
      LOG.warn(
          "A lease of {} {} of {} could not be given back and counts as spent: {}",
          units,
          line.unit().word(),
          line.account().key(),
          e.getMessage());
    }
  }

  @Override
  public void start() {
    running = true;
  }

  /** Gives every open lease back; whoever still asks is told that the ledger is out of reach. */
  @Override
  public void stop() {
    stopped = true;
    accounts.asMap().values().forEach(allowance -> allowance.close(this::giveBack));
    accounts.invalidateAll();
    background.close();
    running = false;
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  /** Late: the gate, whose phase is higher, has stopped and settled by then. */
  @Override
  public int getPhase() {
    return 0;
  }

  /** An anonymous caller's quota is all here. */
  private static final Allowance.Supply LOCAL =
      new Allowance.Supply() {
        @Override
        public Account.@Nullable Kept leasing() {
          return null;
        }

        @Override
        public long patienceNanos() {
          return 0;
        }

        @Override
        public void fetch(
            Allowance allowance, List<Allowance.Wanted> order, CompletableFuture<Refilled> done) {
          throw new IllegalStateException("nothing to fetch");
        }

        @Override
        public void giveBack(Ledger.Line line, long units) {}

        @Override
        public void servedOnGrace() {}
      };

  /** A quota that is in the ledger. */
  private final class FromLedger implements Allowance.Supply {

    private final Account.Kept account;

    FromLedger(Account.Kept account) {
      this.account = account;
    }

    @Override
    public Account.Kept leasing() {
      return account;
    }

    @Override
    public long patienceNanos() {
      return patienceNanos;
    }

    @Override
    public void servedOnGrace() {
      onGrace.increment();
    }

    @Override
    public void fetch(
        Allowance allowance, List<Allowance.Wanted> order, CompletableFuture<Refilled> done) {
      Runnable fetching =
          () -> {
            List<Allowance.Filled> brought = new ArrayList<>();
            Refilled how = Refilled.FAILED;
            try {
              for (Allowance.Wanted wanted : order) {
                brought.add(bring(wanted));
              }
              how = Refilled.DONE;
            } catch (DataAccessException | TransactionException e) {
              ledgerFailures.increment();
              LOG.warn(
                  "The quota ledger can't be reached, {} spends what it has leased, and its grace"
                      + " where it has one: {}",
                  account.key(),
                  e.getMessage());
            } finally {
              if (!allowance.refilled(order, brought, how)) {
                brought.forEach(
                    f -> LeasedQuotas.this.giveBack(f.wanted().line(), f.leased().granted()));
              }
              done.complete(how);
            }
          };
      try {
        background.execute(fetching);
      } catch (RejectedExecutionException e) {
        // Stopped a moment ago: whoever waits is told that there is no lease.
        allowance.refilled(order, List.of(), Refilled.FAILED);
        done.complete(Refilled.FAILED);
      }
    }

    private Allowance.Filled bring(Allowance.Wanted wanted) {
      if (wanted.returning() != 0) {
        ledger.giveBack(wanted.line(), wanted.returning());
      }
      return new Allowance.Filled(wanted, ledger.lease(wanted.line(), wanted.quota(), wanted));
    }

    @Override
    public void giveBack(Ledger.Line line, long units) {
      if (!stopped) {
        background.execute(() -> LeasedQuotas.this.giveBack(line, units));
      }
    }
  }
}
