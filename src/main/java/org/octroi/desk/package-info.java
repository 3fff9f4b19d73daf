/**
 * The pages that people see, and the short screen that a start ends in. It may use every door below
 * it and is used by none. Begin reading at {@link org.octroi.desk.FrontPage}.
 */
@ApplicationModule(displayName = "Desk")
@NullMarked
package org.octroi.desk;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
