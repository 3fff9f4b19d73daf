package org.octroi.authority;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.octroi.identity.ApplicationKeys;
import org.octroi.identity.OpaqueTokens;
import org.octroi.vocabulary.ApplicationId;
import org.springframework.stereotype.Component;

/** The opaque tokens as every gate is told of them, by hash. */
@Component
class HeldOpaqueTokens implements OpaqueTokens {

  private final KeptAuthorizations kept;

  HeldOpaqueTokens(KeptAuthorizations kept) {
    this.kept = kept;
  }

  @Override
  public Map<ApplicationId, List<ApplicationKeys.AtTheGate>> atTheGate(
      Collection<ApplicationId> of) {
    return kept.opaque(of);
  }
}
