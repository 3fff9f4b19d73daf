/**
 * Licences, their frozen versions and the machine-readable terms of each, and the drafts of
 * holders. It may use territory, audit, the ground, and of identity what all APIs have in common.
 * The licences that come with Octroi, and the rules by which text and terms are compared, are data,
 * in {@code licence/} of the resources. Begin reading at {@link org.octroi.licence.Licences}.
 */
@ApplicationModule(
    displayName = "Licence",
    allowedDependencies = {
      "vocabulary",
      "problem",
      "obligation",
      "entitlement",
      "audit",
      "territory",
      "identity::web"
    })
@NullMarked
package org.octroi.licence;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
