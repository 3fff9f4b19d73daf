/** The users' stories, run by HTTP against the built jar in a process of its own. */
@NullMarked
package org.octroi.story;

import org.jspecify.annotations.NullMarked;
