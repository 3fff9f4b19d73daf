/**
 * Licences, their frozen versions and the machine-readable terms of each. It may use territory,
 * audit and the ground. The licences that come with Octroi are data, in {@code licence/} of the
 * resources. Begin reading at {@link org.octroi.licence.Licences}.
 */
@ApplicationModule(
    displayName = "Licence",
    allowedDependencies = {"vocabulary", "problem", "entitlement", "audit", "territory"})
@NullMarked
package org.octroi.licence;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
