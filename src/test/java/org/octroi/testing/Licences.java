package org.octroi.testing;

import java.util.Set;

/** The licences of parts that may travel in a program under the EUPL 1.2, with the reason. */
public final class Licences {

  /** By SPDX identifier, or as the part's own pom names it where SPDX has no name for it. */
  public static final Set<String> ALLOWED =
      Set.of(
          // Permissive: ask for notices only.
          "Apache-2.0",
          "MIT",
          "MIT-0",
          "BSD-2-Clause",
          "BSD-3-Clause",
          "CC0-1.0",
          "UPL-1.0",
          "Bouncy Castle Licence",
          // In the EUPL's own appendix of compatible licences.
          "EPL-1.0",
          "EPL 1.0",
          "MPL-2.0",
          "LGPL-2.1-only",
          "LGPL-2.1-or-later",
          // Copyleft by file or module, and lets a larger work be under another licence (EPL 2.0
          // §3.1).
          "EPL-2.0",
          // Lets itself be linked with any work under an OSI-approved licence, as the EUPL 1.2 is.
          "GPL-2.0-only WITH Universal-FOSS-exception-1.0",
          "The GNU General Public License, v2 with Universal FOSS Exception, v1.0");

  private Licences() {}
}
