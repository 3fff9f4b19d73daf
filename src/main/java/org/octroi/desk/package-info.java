/**
 * The pages that people see, and the short screen that a start ends in. It may use any door below
 * it and is used by none. Begin reading at {@link org.octroi.desk.FrontPage}.
 */
@ApplicationModule(
    displayName = "Desk",
    allowedDependencies = {
      "vocabulary",
      "problem",
      "obligation",
      "store",
      "entitlement",
      "identity",
      "identity::web",
      "issuer",
      "territory",
      "licence",
      "catalogue",
      "offer",
      "agreement"
    })
@NullMarked
package org.octroi.desk;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
