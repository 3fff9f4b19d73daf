/**
 * People and what they act with: accounts, organisations, roles, tokens, applications and their
 * keys, what they are told, and the guard of {@code /api}. It may use territories, the audit trail,
 * the outbox and the ground. Begin reading at {@link org.octroi.identity.Applications}, {@link
 * org.octroi.identity.Notices} and {@link org.octroi.identity.ApiSecurity}.
 */
@ApplicationModule(
    displayName = "Identity",
    allowedDependencies = {
      "vocabulary",
      "problem",
      "secret",
      "store",
      "token",
      "usage",
      "audit",
      "outbox",
      "territory"
    })
@NullMarked
package org.octroi.identity;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
