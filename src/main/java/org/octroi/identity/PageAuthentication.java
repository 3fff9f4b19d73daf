package org.octroi.identity;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.security.authentication.AbstractAuthenticationToken;

/** Somebody signed in at the pages, as the session keeps it. */
final class PageAuthentication extends AbstractAuthenticationToken {

  private static final long serialVersionUID = 1L;

  private final SignedInPerson principal;

  PageAuthentication(SignedInPerson principal) {
    super(List.of());
    this.principal = principal;
    setAuthenticated(true);
  }

  @Override
  public Object getCredentials() {
    return "";
  }

  @Override
  public SignedInPerson getPrincipal() {
    return principal;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof PageAuthentication authentication
        && principal.equals(authentication.principal);
  }

  @Override
  public int hashCode() {
    return principal.hashCode();
  }
}
