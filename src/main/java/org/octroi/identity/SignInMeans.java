package org.octroi.identity;

import java.util.Locale;

/** By what somebody at the pages is known to be who they are. */
public enum SignInMeans {
  /** By the password of a local account. */
  PASSWORD,

  /** By the password of a local account and a code of a device, or one for who lost it. */
  PASSWORD_AND_CODE,

  /** By a passkey, whose device has checked who holds it. */
  PASSKEY,

  /** By an issuer that is trusted with people, such as a Keycloak realm. */
  ISSUER;

  /** The word as it stands in the audit trail: lower case, words joined by {@code -}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
