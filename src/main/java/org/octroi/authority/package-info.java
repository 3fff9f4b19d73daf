/**
 * OAuth2: the token endpoint that reusers' programs ask, by Spring Authorization Server, and the
 * keys that tokens are signed with. It may use agreements and the rooms below. Begin reading at
 * {@link org.octroi.authority.AuthorizationServer}.
 */
@ApplicationModule(
    displayName = "Authority",
    allowedDependencies = {
      "vocabulary",
      "problem",
      "secret",
      "token",
      "entitlement",
      "audit",
      "territory",
      "identity",
      "identity::web",
      "issuer",
      "offer",
      "agreement"
    })
@NullMarked
package org.octroi.authority;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
