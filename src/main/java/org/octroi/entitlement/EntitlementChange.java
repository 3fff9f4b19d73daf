package org.octroi.entitlement;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
   * @param issuer our own issuer
   * @param clientId its client id there
   * @param elsewhere which clients of other issuers it is
   */
  record OfApplication(
      long revision,
      String issuer,
      String clientId,
      Set<Snapshot.Client> elsewhere,
      Snapshot.Application application,
      List<Snapshot.Agreement> agreements)
      implements EntitlementChange {
    public OfApplication {
      elsewhere = Set.copyOf(elsewhere);
      agreements = List.copyOf(agreements);
    }
  }

  /**
   * Besides our own these issuers are trusted and no others.
   *
   * @param territories by the issuer, where its tokens open anything
   */
  record OfIssuers(long revision, Map<String, Set<TerritoryId>> territories)
      implements EntitlementChange {
    public OfIssuers {
      Map<String, Set<TerritoryId>> copy = new HashMap<>();
      territories.forEach((issuer, ids) -> copy.put(issuer, Set.copyOf(ids)));
      territories = Map.copyOf(copy);
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
