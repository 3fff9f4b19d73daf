/** What the tests share: the program as its users start it, and the real servers beside it. */
@NullMarked
package org.octroi.testing;

import org.jspecify.annotations.NullMarked;
