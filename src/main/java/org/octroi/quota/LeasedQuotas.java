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
import org.octroi.quota.Allowance.Attempt;
import org.octroi.quota.Allowance.Refilled;
import org.octroi.vocabulary.AgreementId;
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
 * <p>An agreement's quota stands in the {@link Ledger}. Each gate leases a small part of it ahead
 * of need and spends that in memory: at most a tenth of what nobody has leased, at most two seconds
 * of the tier's pace, at most {@code octroi.quota.max-lease} requests; for rows and bytes at most
 * eight answers' reserves. Towards the end of a quota the lease is one unit, so that one gate alone
 * can spend the quota to its last unit. When half of the lease is spent, the next is fetched in the
 * background; only a first call, or one that outran its refill, waits, and no thread waits with it.
 *
 * <p><b>The bound.</b> What is leased counts as taken in the ledger, so that no number of gates and
 * no crash takes more than the quota. A crash costs the units of the open lease, which are counted
 * as spent: never more than the lease above. A graceful stop gives them back.
 *
 * <p>Stages complete on a virtual thread of this class where they waited, otherwise before {@code
 * take} returns. Safe for use by many threads.
 */
@Component
final class LeasedQuotas implements Quotas, SmartLifecycle {

  private static final Logger LOG = LoggerFactory.getLogger(LeasedQuotas.class);

  private final Ledger ledger;
  private final Clock clock;
  private final TimeMeter time;
  private final QuotaProperties properties;
  private final ExecutorService background =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("quota-", 0).factory());
  private final Cache<AgreementId, Allowance> agreements;
  private final Cache<Account.OfCaller, Allowance> callers;
  private final Map<DatasetId, Allowance> overflow = new ConcurrentHashMap<>();
  private final Counter tooFast;
  private final Counter usedUp;
  private final Counter unknown;
  private final Counter ledgerFailures;
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
    this.agreements =
        Caffeine.newBuilder()
            .maximumSize(properties.agreements())
            .expireAfterAccess(properties.leaseIdle())
            .scheduler(Scheduler.systemScheduler())
            .executor(Runnable::run)
            .<AgreementId, Allowance>removalListener(
                (agreement, allowance, cause) -> {
                  if (agreement != null && allowance != null) {
                    closed(agreement, allowance);
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
    metrics.gauge("octroi.quota.agreements.open", agreements, Cache::estimatedSize);
    metrics.gauge("octroi.quota.callers.open", callers, Cache::estimatedSize);
  }

  /**
   * What it held goes back: not on the thread that happened to tidy up, which may be one of the
   * gate's loops, unless those have ended and nothing is begun any more.
   */
  private void closed(AgreementId agreement, Allowance allowance) {
    Runnable closing =
        () -> allowance.close((day, kind, units) -> giveBack(agreement, day, kind, units));
    if (stopped) {
      closing.run();
    } else {
      background.execute(closing);
    }
  }

  @Override
  public CompletionStage<Spent> take(Account account, Limits limits, ZoneId zone, Reserve reserve) {
    return switch (account) {
      case Account.OfAgreement(AgreementId agreement) ->
          attempt(
              agreement,
              limits,
              zone,
              reserve,
              false,
              time.currentTimeNanos() + properties.ledgerTimeout().toNanos());
      case Account.OfCaller caller -> {
        if (allowanceOf(caller, zone).attempt(limits, zone, reserve, false)
            instanceof Attempt.Answered(Spent spent)) {
          yield CompletableFuture.completedFuture(counted(spent));
        }
        throw new IllegalStateException("a caller's allowance is all here and never waits");
      }
    };
  }

  private CompletionStage<Spent> attempt(
      AgreementId agreement,
      Limits limits,
      ZoneId zone,
      Reserve reserve,
      boolean paced,
      long deadlineNanos) {
    while (!stopped) {
      Allowance allowance = agreements.get(agreement, this::open);
      switch (allowance.attempt(limits, zone, reserve, paced)) {
        case Attempt.Answered(Spent spent) -> {
          return CompletableFuture.completedFuture(counted(spent));
        }
        case Attempt.Closed() -> agreements.asMap().remove(agreement, allowance);
        case Attempt.Waiting(CompletableFuture<Refilled> refill) -> {
          long left = Math.max(1, deadlineNanos - time.currentTimeNanos());
          return refill
              .copy()
              .completeOnTimeout(Refilled.TIMED_OUT, left, TimeUnit.NANOSECONDS)
              .thenCompose(
                  how ->
                      how == Refilled.TIMED_OUT
                          ? CompletableFuture.completedFuture(counted(allowance.giveUp(zone)))
                          : attempt(agreement, limits, zone, reserve, true, deadlineNanos));
        }
      }
    }
    return CompletableFuture.completedFuture(counted(new Spent.Unknown("", "")));
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
          caller.dataset(), dataset -> new Allowance(LOCAL, clock, time, properties.maxLease()));
    }
    Instant now = clock.instant();
    Allowance fresh = new Allowance(LOCAL, clock, time, properties.maxLease());
    Allowance earlier =
        callers
            .policy()
            .expireVariably()
            .orElseThrow()
            .putIfAbsent(caller, fresh, DayWindow.at(now, zone).left(now));
    return earlier == null ? fresh : earlier;
  }

  private Allowance open(AgreementId agreement) {
    return new Allowance(new FromLedger(agreement), clock, time, properties.maxLease());
  }

  private boolean giveBack(AgreementId agreement, DayWindow day, Kind kind, long units) {
    try {
      ledger.giveBack(agreement, day.day(), kind, units);
      return true;
    } catch (DataAccessException | TransactionException e) {
      ledgerFailures.increment();
      LOG.warn(
          "A lease of {} {} of agreement {} could not be given back and counts as spent: {}",
          units,
          kind.word(),
          agreement,
          e.getMessage());
      return false;
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
    agreements
        .asMap()
        .forEach(
            (agreement, allowance) ->
                allowance.close((day, kind, units) -> giveBack(agreement, day, kind, units)));
    agreements.invalidateAll();
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
        public boolean leases() {
          return false;
        }

        @Override
        public void fetch(
            Allowance allowance, Allowance.Order order, CompletableFuture<Refilled> done) {
          throw new IllegalStateException("nothing to fetch");
        }

        @Override
        public void giveBack(DayWindow window, Kind kind, long units) {}
      };

  /** An agreement's quota is in the ledger. */
  private final class FromLedger implements Allowance.Supply {

    private final AgreementId agreement;

    FromLedger(AgreementId agreement) {
      this.agreement = agreement;
    }

    @Override
    public boolean leases() {
      return true;
    }

    @Override
    public void fetch(
        Allowance allowance, Allowance.Order order, CompletableFuture<Refilled> done) {
      Runnable fetching =
          () -> {
            List<Allowance.Filled> brought = new ArrayList<>();
            Refilled how = Refilled.FAILED;
            try {
              bring(order, brought);
              how = Refilled.DONE;
            } catch (DataAccessException | TransactionException e) {
              ledgerFailures.increment();
              LOG.warn(
                  "The quota ledger can't be reached, agreement {} spends what it has leased: {}",
                  agreement,
                  e.getMessage());
            } finally {
              if (!allowance.refilled(order, brought, how)) {
                brought.forEach(
                    f ->
                        LeasedQuotas.this.giveBack(
                            agreement, order.window(), f.line().kind(), f.leased().granted()));
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

    private void bring(Allowance.Order order, List<Allowance.Filled> brought) {
      var day = order.window().day();
      for (Allowance.Line line : order.lines()) {
        if (line.returning() != 0) {
          ledger.giveBack(agreement, day, line.kind(), line.returning());
        }
        brought.add(
            new Allowance.Filled(
                line, ledger.lease(agreement, day, line.kind(), line.quota(), line::amount)));
      }
    }

    @Override
    public void giveBack(DayWindow window, Kind kind, long units) {
      if (!stopped) {
        background.execute(() -> LeasedQuotas.this.giveBack(agreement, window, kind, units));
      }
    }
  }
}
