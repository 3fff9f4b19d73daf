package org.octroi.identity;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.octroi.vocabulary.ApplicationId;

/**
 * The tokens for the gate that say nothing to whoever holds them; the authorization server gives
 * them. Safe for use by many threads.
 */
public interface OpaqueTokens {

  /** Those of these applications that are good now; one without any is not there. */
  Map<ApplicationId, List<ApplicationKeys.AtTheGate>> atTheGate(Collection<ApplicationId> of);
}
