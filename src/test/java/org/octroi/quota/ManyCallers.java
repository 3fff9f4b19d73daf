package org.octroi.quota;

import static java.util.concurrent.TimeUnit.SECONDS;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.octroi.quota.Quotas.Reserve;

/** Callers who come at once, each again and again, in turn at the gates that there are. */
final class ManyCallers {

  private ManyCallers() {}

  /** How many of their calls were served. */
  static int served(List<LeasedQuotas> gates, Charge charge, int callers, int calls)
      throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<Integer>> work = new ArrayList<>();
      for (int caller = 0; caller < callers; caller++) {
        LeasedQuotas gate = gates.get(caller % gates.size());
        work.add(
            () -> {
              int served = 0;
              for (int i = 0; i < calls; i++) {
                served += take(gate, charge) instanceof Spent.Granted ? 1 : 0;
              }
              return served;
            });
      }
      int served = 0;
      for (Future<Integer> one : threads.invokeAll(work)) {
        served += one.get();
      }
      return served;
    }
  }

  private static Spent take(LeasedQuotas gate, Charge charge) throws Exception {
    return gate.take(List.of(charge), Reserve.NOTHING).toCompletableFuture().get(20, SECONDS);
  }
}
