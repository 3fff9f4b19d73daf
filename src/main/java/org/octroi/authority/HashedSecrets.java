package org.octroi.authority;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import org.springframework.security.crypto.password.PasswordEncoder;

/**
 * Compares a client's secret with its stored SHA-256. Secrets are 256 random bits, so a slow hash
 * would buy nothing and cost every token. Compares in constant time.
 */
final class HashedSecrets implements PasswordEncoder {

  @Override
  public String encode(@Nullable CharSequence secret) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      String text = secret == null ? "" : secret.toString();
      return HexFormat.of().formatHex(sha256.digest(text.getBytes(UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is missing from this JVM", e);
    }
  }

  @Override
  public boolean matches(@Nullable CharSequence secret, @Nullable String stored) {
    return secret != null
        && stored != null
        && MessageDigest.isEqual(encode(secret).getBytes(UTF_8), stored.getBytes(UTF_8));
  }
}
