/**
 * Sealing and opening of secrets at rest, under one key file. It uses nothing. Begin reading at
 * {@link org.octroi.secret.Seal}.
 */
@ApplicationModule(
    displayName = "Secret",
    allowedDependencies = {})
@NullMarked
package org.octroi.secret;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
