/**
 * The pages: for the public, reusers, holders and administrators. It may use any door below. Begin
 * reading at {@link org.octroi.desk.PageSecurity}.
 */
@ApplicationModule(
    displayName = "Desk",
    allowedDependencies = {
      "vocabulary",
      "problem",
      "identity",
      "identity::web",
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
