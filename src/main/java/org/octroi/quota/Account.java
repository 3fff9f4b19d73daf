package org.octroi.quota;

import org.octroi.vocabulary.AgreementId;
import org.octroi.vocabulary.ApplicationId;
import org.octroi.vocabulary.DatasetId;
import org.octroi.vocabulary.Id;

/** Whose allowance is spent. */
public sealed interface Account {

  /** What it is: {@code agreement}, {@code application}, {@code dataset} or {@code caller}. */
  String word();

  /** What the names of its policies begin with in the RateLimit fields. */
  default String policyPrefix() {
    return "";
  }

  /**
   * One that the ledger knows: it is shared by all gates and outlives a crash.
   *
   * @see Ledger
   */
  sealed interface Kept extends Account {

    /** The id of what it is. */
    Id id();

    /** Its name in the ledger. */
    default String key() {
      return word() + ':' + id();
    }
  }

  /** An agreement's, shared by its datasets. */
  record OfAgreement(AgreementId id) implements Kept {

    static final String WORD = "agreement";

    @Override
    public String word() {
      return WORD;
    }
  }

  /** An application's, under all its agreements. */
  record OfApplication(ApplicationId id) implements Kept {
    @Override
    public String word() {
      return "application";
    }

    @Override
    public String policyPrefix() {
      return word() + '-';
    }
  }

  /** A dataset's in all, whoever asks: it protects the store. */
  record OfDataset(DatasetId id) implements Kept {
    @Override
    public String word() {
      return "dataset";
    }

    @Override
    public String policyPrefix() {
      return word() + '-';
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
    public String word() {
      return "caller";
    }
  }
}
