package org.octroi.entitlement;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.octroi.vocabulary.ApplicationId;
import org.octroi.vocabulary.TerritoryId;

/** What is so from now on of one thing, whatever was so of it before. */
public sealed interface EntitlementChange {

  /** The revision that it came with. */
  long revision();

  /** A territory has these datasets and no others. */
  record OfTerritory(long revision, TerritoryId territory, List<Snapshot.Dataset> datasets)
      implements EntitlementChange {
    public OfTerritory {
      datasets = List.copyOf(datasets);
    }
  }

  /**
   * An application has this state and these agreements and no others.
   *
   * @param issuer the issuer of its tokens
   * @param clientId its client id there
   */
  record OfApplication(
      long revision,
      String issuer,
      String clientId,
      Snapshot.Application application,
      List<Snapshot.Agreement> agreements)
      implements EntitlementChange {
    public OfApplication {
      agreements = List.copyOf(agreements);
    }
  }

  /**
   * These access tokens are refused and no others.
   *
   * @param tokens by the id that each carries, when it would have ended
   */
  record OfRevokedTokens(long revision, Map<String, Instant> tokens) implements EntitlementChange {
    public OfRevokedTokens {
      tokens = Map.copyOf(tokens);
    }
  }

  /** An application is no more. */
  record WithoutApplication(long revision, ApplicationId application)
      implements EntitlementChange {}
}
