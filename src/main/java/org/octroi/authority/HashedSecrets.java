package org.octroi.authority;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;
import org.octroi.vocabulary.Sha256;
import org.springframework.security.crypto.password.PasswordEncoder;

/**
 * Compares a client's secret with its stored SHA-256. Secrets are 256 random bits, so a slow hash
 * would buy nothing and cost every token. Compares in constant time.
 */
final class HashedSecrets implements PasswordEncoder {

  @Override
  public String encode(@Nullable CharSequence secret) {
    return Sha256.hex(secret == null ? "" : secret.toString());
  }

  @Override
  public boolean matches(@Nullable CharSequence secret, @Nullable String stored) {
    return secret != null
        && stored != null
        && MessageDigest.isEqual(encode(secret).getBytes(UTF_8), stored.getBytes(UTF_8));
  }
}
