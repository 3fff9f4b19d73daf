/**
 * What a holder offers: the addresses of stores, datasets, and the distributions that reach them.
 * It may use territory, audit and the ground; nothing here opens a socket. Begin reading at {@link
 * org.octroi.catalogue.Datasets}.
 */
@ApplicationModule(
    displayName = "Catalogue",
    allowedDependencies = {
      "vocabulary",
      "problem",
      "secret",
      "obligation",
      "store",
      "quota",
      "entitlement",
      "audit",
      "territory"
    })
@NullMarked
package org.octroi.catalogue;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
