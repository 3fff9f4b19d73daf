/**
 * What people and their programs are told, by mail or webhook: written in the transaction of what
 * happened, sent afterwards, tried again while it fails, kept as a dead letter when it fails for
 * good. It may use the ground. Begin reading at {@link org.octroi.outbox.Outbox}, the door, and
 * {@link org.octroi.outbox.Courier}, which sends.
 */
@ApplicationModule(
    displayName = "Outbox",
    allowedDependencies = {"vocabulary", "problem", "secret", "store"})
@NullMarked
package org.octroi.outbox;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
