/**
 * Builds entitlements from the desk's rooms and brings them to the gate: everything at the start,
 * then change by change, before the call that made the change answers. Gates on other machines are
 * enrolled here, and {@code GateLine} is the desk's end of their line. It may use agreements and
 * the rooms below. Begin reading at {@link org.octroi.feed.EntitlementFeed}.
 */
@ApplicationModule(
    displayName = "Feed",
    allowedDependencies = {
      "vocabulary",
      "problem",
      "secret",
      "obligation",
      "quota",
      "usage",
      "store",
      "token",
      "entitlement",
      "relay",
      "audit",
      "territory",
      "identity",
      "identity::web",
      "issuer",
      "licence",
      "catalogue",
      "offer",
      "agreement"
    })
@NullMarked
package org.octroi.feed;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
