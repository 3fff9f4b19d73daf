/**
 * A Keycloak realm as issuer of tokens beside our own: applications, and the datasets that they may
 * read, are provisioned there and kept in step. It may use agreements and the rooms below. Begin
 * reading at {@link org.octroi.realm.Provisioning}.
 */
@ApplicationModule(
    displayName = "Realm",
    allowedDependencies = {
      "vocabulary",
      "problem",
      "entitlement",
      "audit",
      "outbox",
      "territory",
      "identity",
      "identity::web",
      "issuer",
      "catalogue",
      "agreement"
    })
@NullMarked
package org.octroi.realm;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
