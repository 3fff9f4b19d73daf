/**
 * Builds entitlements from the desk's rooms and brings them to the gate: everything at the start,
 * then change by change, before the call that made the change answers. It may use agreements and
 * the rooms below. Begin reading at {@link org.octroi.feed.EntitlementFeed}.
 */
@ApplicationModule(
    displayName = "Feed",
    allowedDependencies = {
      "vocabulary",
      "problem",
      "obligation",
      "quota",
      "store",
      "entitlement",
      "territory",
      "identity",
      "licence",
      "catalogue",
      "offer",
      "agreement"
    })
@NullMarked
package org.octroi.feed;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
