package org.octroi.token;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What an issuer publishes as its keys (RFC 7517 §5), sifted: an issuer of another house shows keys
 * for other uses too, and those must not keep its good ones out.
 *
 * @param usable the public half of those that {@link TrustedKeys} can verify tokens by, each as the
 *     JSON of a JWK
 * @param passedOver why each of the others is not used
 */
public record PublishedKeys(List<String> usable, List<String> passedOver) {

  /** More than any issuer has in turn. */
  private static final int MOST = 20;

  private static final int LONGEST_ID = 255;

  public PublishedKeys {
    usable = List.copyOf(usable);
    passedOver = List.copyOf(passedOver);
  }

  /**
   * Reads a JWK set.
   *
   * @throws IllegalArgumentException when it is none; the message says so in words
   */
  public static PublishedKeys read(String json) {
    List<JWK> keys;
    try {
      keys = JWKSet.parse(json).getKeys();
    } catch (ParseException e) {
      throw new IllegalArgumentException("what is published as its keys is no JWK set", e);
    }
    List<String> usable = new ArrayList<>();
    List<String> passedOver = new ArrayList<>();
    Set<String> ids = new HashSet<>();
    for (JWK key : keys) {
      String id = key.getKeyID() == null ? "" : key.getKeyID();
      try {
        verifies(key);
        if (id.length() > LONGEST_ID || usable.size() == MOST || !ids.add(id)) {
          throw new JOSEException("there are too many, or two of one name");
        }
        usable.add(key.toPublicJWK().toJSONString());
      } catch (JOSEException e) {
        passedOver.add((id.length() > LONGEST_ID ? "a key" : id) + ": " + e.getMessage());
      }
    }
    return new PublishedKeys(usable, passedOver);
  }

  /**
   * @throws JOSEException when tokens are not verified by it
   */
  private static void verifies(JWK key) throws JOSEException {
    if (key.getKeyUse() != null && !KeyUse.SIGNATURE.equals(key.getKeyUse())) {
      throw new JOSEException("it is not for signatures");
    }
    VerificationKey verifying = VerificationKey.of(key);
    if (key.getAlgorithm() != null && !key.getAlgorithm().equals(verifying.algorithm())) {
      throw new JOSEException("tokens are not verified by " + key.getAlgorithm());
    }
  }
}
