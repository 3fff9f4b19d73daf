/**
 * The data plane: the door that data leaves by, its eight steps one class each. It may use the
 * whole ground and nothing of the desk. Begin reading at {@code GatePath}; what is known of one
 * request stands in {@code Passage}, and {@code org.octroi.gate.http} has the sockets.
 */
@ApplicationModule(
    displayName = "Gate",
    allowedDependencies = {
      "vocabulary",
      "problem",
      "secret",
      "obligation",
      "store",
      "policy",
      "quota",
      "usage",
      "token",
      "entitlement"
    })
@NullMarked
package org.octroi.gate;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
