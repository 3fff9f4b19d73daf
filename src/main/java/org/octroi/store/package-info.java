/**
 * Connectors to HTTP, SQL and file stores, each applying obligations, and the wall that keeps a
 * store's address out of the inside network. It may use obligations and floor 0. Begin reading at
 * {@link org.octroi.store.StoreConnector}.
 */
@ApplicationModule(
    displayName = "Store",
    allowedDependencies = {"vocabulary", "problem", "secret", "obligation"})
@NullMarked
package org.octroi.store;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
