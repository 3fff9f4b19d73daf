/**
 * Usage joined with names: series, breakdowns and the top of them, for whoever may see them. It may
 * use the ground and the desk's rooms below floor 8. Begin reading at {@link
 * org.octroi.statistics.Statistics}; who sees what is {@link org.octroi.statistics.ReadersReach}.
 */
@ApplicationModule(
    displayName = "Statistics",
    allowedDependencies = {
      "vocabulary",
      "problem",
      "secret",
      "obligation",
      "store",
      "policy",
      "quota",
      "usage",
      "token",
      "entitlement",
      "audit",
      "territory",
      "identity",
      "licence",
      "catalogue",
      "offer",
      "agreement"
    })
@NullMarked
package org.octroi.statistics;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
