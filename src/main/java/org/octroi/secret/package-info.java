/**
 * Sealing and opening of secrets at rest, under one key file. It uses problem, to say what is wrong
 * with that file. Begin reading at {@link org.octroi.secret.Seal}.
 */
@ApplicationModule(
    displayName = "Secret",
    allowedDependencies = {"problem"})
@NullMarked
package org.octroi.secret;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
