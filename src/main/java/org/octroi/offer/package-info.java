/**
 * Offers: datasets of one holder under a licence version and a tier, for whom, for what, how
 * decided and at what fee; published once and frozen. It may use catalogue, licence, identity and
 * below. Begin reading at {@link org.octroi.offer.Offers}.
 */
@ApplicationModule(
    displayName = "Offer",
    allowedDependencies = {
      "vocabulary",
      "problem",
      "obligation",
      "quota",
      "store",
      "entitlement",
      "audit",
      "territory",
      "identity",
      "identity::web",
      "licence",
      "catalogue"
    })
@NullMarked
package org.octroi.offer;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
