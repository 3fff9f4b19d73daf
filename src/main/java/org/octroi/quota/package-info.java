/**
 * Rates and quotas: leases taken from the ledger, spent locally, and the RateLimit fields that say
 * what is left. It may use floor 0. Begin reading at {@link org.octroi.quota.Quotas}.
 */
@ApplicationModule(
    displayName = "Quota",
    allowedDependencies = {"vocabulary", "problem", "secret"})
@NullMarked
package org.octroi.quota;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
