package org.octroi.vocabulary;

import java.util.Locale;

/** How the person behind a call is known to be who they are; kept with what they accept. */
public enum SignedIn {
  /** By a personal token, sent by a program of theirs. */
  PERSONAL_TOKEN,

  /** By an application that they let act for them at the desk. */
  APPLICATION,

  /** By signing in at the desk's pages. */
  SESSION;

  /** The word as it stands in tables and APIs: lower case, words joined by {@code -}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
