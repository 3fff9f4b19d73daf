/**
 * A territory as one YAML file: its holders, stores, datasets, licences, tiers and offers, checked
 * whole before anything is applied. It may use offer and below. Begin reading at {@link
 * org.octroi.charter.Charters}.
 */
@ApplicationModule(
    displayName = "Charter",
    allowedDependencies = {
      "vocabulary",
      "problem",
      "obligation",
      "quota",
      "store",
      "entitlement",
      "audit",
      "territory",
      "licence",
      "catalogue",
      "offer"
    })
@NullMarked
package org.octroi.charter;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
