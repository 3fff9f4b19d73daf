package org.octroi.quota;

import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * Spends what a request costs, before anything is fetched for it.
 *
 * <p>Requests are exact. The quota is spent from a local lease, so almost every call is answered at
 * once; a call that must wait for the ledger (the first of an account, or one that outran its
 * refill) completes when the ledger has answered. Never above the quota; a crash costs at most the
 * open lease, counted as spent. Safe for use by many threads.
 */
public interface Quotas {

  /**
   * Takes one request, and the reserve of rows and bytes, from every account: all of it or nothing.
   * The first account that refuses answers, and those before it get back what they gave.
   *
   * @param charges the accounts, in the order that they are asked; at least one
   * @param reserve the rows and bytes to set aside until {@link Spent.Granted#settle}
   */
  CompletionStage<Spent> take(List<Charge> charges, Reserve reserve);

  /**
   * Rows and bytes set aside before they are known; 0 where no limit counts them.
   *
   * @param rows rows
   * @param bytes bytes
   */
  record Reserve(long rows, long bytes) {

    /** Nothing is set aside. */
    public static final Reserve NOTHING = new Reserve(0, 0);
  }
}
