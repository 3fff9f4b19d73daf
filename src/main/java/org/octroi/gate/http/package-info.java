/**
 * The gate's sockets: framing, limits, time limits, the order of answers, and nothing of what is
 * asked. It uses the problem room for its refusals and knows no Spring. Begin reading at {@link
 * org.octroi.gate.http.GateSocket}; what one client can do to a connection is in {@link
 * org.octroi.gate.http.Connection}.
 */
@NullMarked
package org.octroi.gate.http;

import org.jspecify.annotations.NullMarked;
