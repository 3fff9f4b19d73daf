/**
 * The closed list of obligations as records, and the streaming transformers that honour them. It
 * may use the rooms of floor 0. Begin reading at {@link org.octroi.obligation.Obligations} for what
 * can be demanded, and at {@link org.octroi.obligation.Shapings} for how it is done.
 */
@ApplicationModule(
    displayName = "Obligation",
    allowedDependencies = {"vocabulary", "problem", "secret"})
@NullMarked
package org.octroi.obligation;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
