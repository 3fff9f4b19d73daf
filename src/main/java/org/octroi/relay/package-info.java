/**
 * The line between a gate by itself and its desk: what is said on it, as bytes, and the gate's end
 * of it, which keeps the entitlements up to date, leases quotas and ships the usage journal. The
 * desk's end is in the room feed. It may use the ground below. Begin reading at {@link
 * org.octroi.relay.Brief} and {@code Briefing}.
 */
@ApplicationModule(
    displayName = "Relay",
    allowedDependencies = {
      "vocabulary",
      "problem",
      "secret",
      "store",
      "quota",
      "usage",
      "token",
      "entitlement"
    })
@NullMarked
package org.octroi.relay;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
