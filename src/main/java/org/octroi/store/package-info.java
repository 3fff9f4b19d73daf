/**
 * Connectors to HTTP, SQL and file stores, each applying obligations, and the wall that keeps a
 * store's address out of the inside network. It may use obligations and floor 0. Begin reading at
 * {@link org.octroi.store.Connectors}, the door; {@link org.octroi.store.Asked} reads what a caller
 * asks before the policy decides.
 */
@ApplicationModule(
    displayName = "Store",
    allowedDependencies = {"vocabulary", "problem", "secret", "obligation"})
@NullMarked
package org.octroi.store;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
