/**
 * The words that every other room speaks in: typed ids, kinds, purposes, tier names, who acts. It
 * uses nothing and knows no room. Begin reading at {@link org.octroi.vocabulary.Id}.
 */
@ApplicationModule(
    displayName = "Vocabulary",
    allowedDependencies = {})
@NullMarked
package org.octroi.vocabulary;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
