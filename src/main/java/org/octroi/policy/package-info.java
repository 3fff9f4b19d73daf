/**
 * The OPA engine: a decision's input and output, the compiled policy in the JVM. It may use
 * obligations and floor 0. Begin reading at {@link org.octroi.policy.PolicyEngine}.
 */
@ApplicationModule(
    displayName = "Policy",
    allowedDependencies = {"vocabulary", "problem", "secret", "obligation"})
@NullMarked
package org.octroi.policy;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
