/**
 * Octroi: the gate in front of a city's data, and the desk where its terms are set. Each package
 * below is one room of the house; begin reading at {@code gate.GatePath} for what happens to a
 * request, and at {@code agreement.Agreements} for what happens before one may be made.
 */
@NullMarked
package org.octroi;

import org.jspecify.annotations.NullMarked;
