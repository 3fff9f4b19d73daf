/**
 * The record of who did what: entries chained by hashes, appended in the transaction of the deed,
 * never changed, and signed in stretches. It holds ids of persons and nothing else about them. It
 * may use floor 0. Begin reading at {@link org.octroi.audit.AuditTrail}, which writes, and {@link
 * org.octroi.audit.ChainWalk}, which verifies.
 */
@ApplicationModule(
    displayName = "Audit",
    allowedDependencies = {"vocabulary", "problem", "secret"})
@NullMarked
package org.octroi.audit;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
