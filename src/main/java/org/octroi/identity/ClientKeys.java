package org.octroi.identity;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import java.text.ParseException;
import java.util.HashSet;
import java.util.Set;
import org.octroi.token.VerificationKey;

/**
 * The public keys that a client signs by, as a JWK set (RFC 7517 §5). They are told at the desk and
 * never fetched: whoever can make the desk call somewhere has too much power over it.
 *
 * @param json the set
 */
public record ClientKeys(String json) {

  private static final int MOST = 10;
  private static final int LONGEST = 20_000;

  /**
   * Reads a set.
   *
   * @throws IllegalArgumentException when it is none by which a client may show who it is
   */
  public ClientKeys {
    if (json.length() > LONGEST) {
      throw new IllegalArgumentException("must be at most " + LONGEST + " characters long");
    }
    JWKSet set = parsed(json);
    if (set.isEmpty() || set.size() > MOST) {
      throw new IllegalArgumentException("must have one to " + MOST + " keys");
    }
    Set<String> names = new HashSet<>();
    for (JWK key : set.getKeys()) {
      if (key.isPrivate()) {
        throw new IllegalArgumentException(
            "must have public keys only: the private one that was sent is not to be used any more");
      }
      if (key.getKeyID() == null || !names.add(key.getKeyID())) {
        throw new IllegalArgumentException("must have a kid for each key, each its own");
      }
      if (key.getKeyUse() != null && !KeyUse.SIGNATURE.equals(key.getKeyUse())) {
        throw new IllegalArgumentException("must have keys for signatures (use sig)");
      }
      try {
        VerificationKey.of(key);
      } catch (JOSEException e) {
        throw new IllegalArgumentException(
            "must have RSA keys of 2048 bits or more, or EC keys on P-256: " + e.getMessage(), e);
      }
    }
  }

  /** The keys. */
  public JWKSet set() {
    return parsed(json);
  }

  private static JWKSet parsed(String json) {
    try {
      return JWKSet.parse(json);
    } catch (ParseException e) {
      throw new IllegalArgumentException("must be a JWK set (RFC 7517)", e);
    }
  }
}
