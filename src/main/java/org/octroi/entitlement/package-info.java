/**
 * What the gate looks things up in: one immutable snapshot with a revision. It may use obligations,
 * quotas, stores and floor 0. Begin reading at {@link org.octroi.entitlement.Entitlements}.
 */
@ApplicationModule(
    displayName = "Entitlement",
    allowedDependencies = {"vocabulary", "problem", "secret", "obligation", "quota", "store"})
@NullMarked
package org.octroi.entitlement;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
