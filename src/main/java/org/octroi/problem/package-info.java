/**
 * The catalogue of refusals: each with its stable type, its status, what happened in two languages
 * and what to do next (RFC 9457). It uses nothing. Begin reading at {@link
 * org.octroi.problem.ProblemType}.
 */
@ApplicationModule(
    displayName = "Problem",
    allowedDependencies = {"vocabulary"})
@NullMarked
package org.octroi.problem;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
