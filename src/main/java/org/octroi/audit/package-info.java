/**
 * The record of who did what: entries chained by hashes, appended in the transaction of the deed,
 * never changed. It holds ids of persons and nothing else about them. It may use floor 0. Begin
 * reading at {@link org.octroi.audit.AuditTrail}.
 */
@ApplicationModule(
    displayName = "Audit",
    allowedDependencies = {"vocabulary", "problem"})
@NullMarked
package org.octroi.audit;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
