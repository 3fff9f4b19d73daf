/**
 * What passed through the gate: the event, the journal that it is written to before the last byte
 * goes out, the drain and the rollups. It may use floor 0. Begin reading at {@link
 * org.octroi.usage.UsageEvent}.
 */
@ApplicationModule(
    displayName = "Usage",
    allowedDependencies = {"vocabulary", "problem", "secret"})
@NullMarked
package org.octroi.usage;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
