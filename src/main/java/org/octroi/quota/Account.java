package org.octroi.quota;

import org.octroi.vocabulary.AgreementId;
import org.octroi.vocabulary.DatasetId;

/** Whose allowance is spent. */
public sealed interface Account {

  /**
   * An agreement's, shared by its datasets; its quota is in the ledger, so that it outlives a
   * crash.
   */
  record OfAgreement(AgreementId agreement) implements Account {}

  /**
   * A caller's under a dataset's anonymous offer: counted here only, in a bounded table.
   *
   * @param dataset the dataset
   * @param caller the application's id, or the keyed daily pseudonym of an address
   */
  record OfCaller(DatasetId dataset, String caller) implements Account {}
}
