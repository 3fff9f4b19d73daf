package org.octroi.identity;

import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.octroi.vocabulary.ApplicationId;
import org.octroi.vocabulary.Purpose;

/**
 * The tokens for the gate that say nothing to whoever holds them; the authorization server gives
 * them. Safe for use by many threads.
 */
public interface OpaqueTokens {

  /** How each of them begins. */
  String PREFIX = "octo_";

  /**
   * How far a token reaches.
   *
   * @param scopes its scopes; none for whatever the agreements give
   * @param purpose the purpose that it was asked for, if any
   * @param proofKey the thumbprint of the key that its sender must prove to hold, if any
   */
  record Reach(SortedSet<String> scopes, Optional<Purpose> purpose, Optional<String> proofKey) {

    public Reach {
      scopes = Collections.unmodifiableSortedSet(new TreeSet<>(scopes));
    }
  }

  /** Those of these applications that are good now; one without any is not there. */
  Map<ApplicationId, List<ApplicationKeys.AtTheGate>> atTheGate(Collection<ApplicationId> of);
}
