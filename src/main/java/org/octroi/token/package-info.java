/**
 * Verifying bearer tokens: signatures, issuers, audiences, and the memory of those already
 * verified; and the form of API keys. It may use floor 0. Begin reading at {@link
 * org.octroi.token.TokenVerifier} and {@link org.octroi.token.ApiKey}.
 */
@ApplicationModule(
    displayName = "Token",
    allowedDependencies = {"vocabulary", "problem", "secret"})
@NullMarked
package org.octroi.token;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
