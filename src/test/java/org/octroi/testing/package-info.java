/**
 * What tests of several rooms share: real databases to run against. It is no room of the house and
 * uses none. Begin reading at {@link org.octroi.testing.TestDatabase}.
 */
@NullMarked
package org.octroi.testing;

import org.jspecify.annotations.NullMarked;
