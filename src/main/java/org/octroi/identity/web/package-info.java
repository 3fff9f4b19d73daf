/**
 * What all of the desk's APIs have in common: request ids, the limit of a body, problems for every
 * way of failing, versions in {@code If-Match}. It stands in the identity room because that is the
 * lowest one that knows who calls; the rooms beneath need nothing of it but that it is there.
 */
@NamedInterface("web")
@NullMarked
package org.octroi.identity.web;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.NamedInterface;
