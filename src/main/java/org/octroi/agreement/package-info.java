/**
 * Requests for offers, with their states, decisions and legal clock, and the agreements that they
 * mint. It may use offers and the rooms below. Begin reading at {@link
 * org.octroi.agreement.SubmitRequest}, then {@link org.octroi.agreement.Agreements}.
 */
@ApplicationModule(
    displayName = "Agreement",
    allowedDependencies = {
      "vocabulary",
      "problem",
      "secret",
      "entitlement",
      "audit",
      "territory",
      "identity",
      "identity::web",
      "licence",
      "catalogue",
      "offer"
    })
@NullMarked
package org.octroi.agreement;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
