/**
 * Requests for an offer, the agreements that they mint, and the public register. It may use offers
 * and the rooms below. Begin reading at {@link org.octroi.agreement.RequestState}, then {@link
 * org.octroi.agreement.Agreements}.
 */
@ApplicationModule(
    displayName = "Agreement",
    allowedDependencies = {
      "vocabulary",
      "problem",
      "secret",
      "obligation",
      "quota",
      "usage",
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
