/**
 * Territories, the tenants, and the holders in them: the wall between one city's data and
 * another's. It may use audit and the ground. Every query here names its territory; so does every
 * query of the rooms above. Begin reading at {@link org.octroi.territory.Territories}.
 */
@ApplicationModule(
    displayName = "Territory",
    allowedDependencies = {"vocabulary", "problem", "audit"})
@NullMarked
package org.octroi.territory;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
