/**
 * Issuers besides our own: a Keycloak realm, or any other OpenID provider. An operator trusts the
 * tokens of one in territories that are named; the desk reads its public keys and hands them to the
 * gates, and an application says which of its clients it is. People sign in at the desk with one.
 * It may use people and applications, territories, the audit trail and the ground. Begin reading at
 * {@link org.octroi.issuer.TrustedIssuers} and {@link org.octroi.issuer.SignInArrival}.
 */
@ApplicationModule(
    displayName = "Issuer",
    allowedDependencies = {
      "vocabulary",
      "problem",
      "secret",
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
