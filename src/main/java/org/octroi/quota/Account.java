package org.octroi.quota;

import org.octroi.vocabulary.AgreementId;
import org.octroi.vocabulary.ApplicationId;
import org.octroi.vocabulary.DatasetId;

/** Whose allowance is spent. */
public sealed interface Account {

  /**
   * One that the ledger knows: it is shared by all gates and outlives a crash.
   *
   * @see Ledger
   */
  sealed interface Kept extends Account {

    /** Its name in the ledger. */
    String key();
  }

  /** An agreement's, shared by its datasets. */
  record OfAgreement(AgreementId agreement) implements Kept {

    static final String PREFIX = "agreement:";

    @Override
    public String key() {
      return PREFIX + agreement;
    }

    @Override
    public String policyPrefix() {
      return "";
    }
  }

  /** An application's, under all its agreements. */
  record OfApplication(ApplicationId application) implements Kept {
    @Override
    public String key() {
      return "application:" + application;
    }

    @Override
    public String policyPrefix() {
      return "application-";
    }
  }

  /** A dataset's in all, whoever asks: it protects the store. */
  record OfDataset(DatasetId dataset) implements Kept {
    @Override
    public String key() {
      return "dataset:" + dataset;
    }

    @Override
    public String policyPrefix() {
      return "dataset-";
    }
  }

  /**
   * A caller's under a dataset's anonymous offer: counted here only, in a bounded table.
   *
   * @param dataset the dataset
   * @param caller the application's id, or the keyed daily pseudonym of an address
   */
  record OfCaller(DatasetId dataset, String caller) implements Account {
    @Override
    public String policyPrefix() {
      return "";
    }
  }

  /** What the names of its policies begin with in the RateLimit fields. */
  String policyPrefix();
}
