/**
 * People and what they act with: accounts, organisations, roles, tokens, applications, and the
 * guard of {@code /api}. It may use territories, the audit trail and the ground. Begin reading at
 * {@link org.octroi.identity.Applications} and {@link org.octroi.identity.ApiSecurity}.
 */
@ApplicationModule(
    displayName = "Identity",
    allowedDependencies = {"vocabulary", "problem", "secret", "audit", "territory"})
@NullMarked
package org.octroi.identity;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
