/**
 * The OPA engine: a decision's input and output, the compiled policy in the JVM, and the memory of
 * what it said. The rules themselves are {@code policies/octroi/*.rego}; {@code policies/build}
 * compiles them, and the build turns that into {@code org.octroi.policy.compiled}. It may use
 * obligations and floor 0. Begin reading at {@link org.octroi.policy.RememberedDecisions}, the
 * gate's way to the policy, and {@link org.octroi.policy.PolicyEngine}.
 */
@ApplicationModule(
    displayName = "Policy",
    allowedDependencies = {"vocabulary", "problem", "secret", "obligation"})
@NullMarked
package org.octroi.policy;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
