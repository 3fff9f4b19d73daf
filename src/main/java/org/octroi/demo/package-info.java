/**
 * The demo: two territories as charters, and the small servers that stand for their stores. It may
 * use the charter's importer and what stands on the ground; nothing uses it. All of it is data and
 * servers of its own: the rooms below don't know that there is a demo. Begin reading at {@link
 * org.octroi.demo.DemoLoader}.
 */
@ApplicationModule(
    displayName = "Demo",
    allowedDependencies = {"vocabulary", "problem", "store", "territory", "charter"})
@NullMarked
package org.octroi.demo;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
