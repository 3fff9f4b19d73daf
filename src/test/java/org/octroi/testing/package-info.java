/**
 * What tests of several rooms share: real databases to run against, and the program as its users
 * start it. It is no room of the house and uses none. Begin reading at {@link
 * org.octroi.testing.StartedOctroi}.
 */
@NullMarked
package org.octroi.testing;

import org.jspecify.annotations.NullMarked;
