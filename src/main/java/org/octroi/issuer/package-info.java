/**
 * Issuers of tokens besides our own: a Keycloak realm, or any other OpenID provider. An operator
 * trusts one in territories that are named; the desk reads its public keys and hands them to the
 * gates, and an application says which of its clients it is. It may use people and applications,
 * territories, the audit trail and the ground. Begin reading at {@link
 * org.octroi.issuer.TrustedIssuers}.
 */
@ApplicationModule(
    displayName = "Issuer",
    allowedDependencies = {
      "vocabulary",
      "problem",
      "store",
      "token",
      "entitlement",
      "audit",
      "territory",
      "identity",
      "identity::web"
    })
@NullMarked
package org.octroi.issuer;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
