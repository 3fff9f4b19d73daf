package org.octroi.token;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.RSAKey;

/**
 * A public key with the one algorithm that it may be used with, so that no header chooses (RFC 8725
 * §3.1).
 *
 * @param algorithm RS256 or ES256
 * @param verifier checks signatures by the key; for one thread at a time or many
 */
public record VerificationKey(JWSAlgorithm algorithm, JWSVerifier verifier) {

  private static final int MIN_RSA_BITS = 2048;

  /**
   * Takes a key.
   *
   * @throws JOSEException when it is of a kind or size that nothing is verified by
   */
  public static VerificationKey of(JWK jwk) throws JOSEException {
    return switch (jwk) {
      case RSAKey rsa when rsa.size() >= MIN_RSA_BITS ->
          new VerificationKey(JWSAlgorithm.RS256, new RSASSAVerifier(rsa.toRSAPublicKey()));
      case ECKey ec when Curve.P_256.equals(ec.getCurve()) ->
          new VerificationKey(JWSAlgorithm.ES256, new ECDSAVerifier(ec.toECPublicKey()));
      default ->
          throw new JOSEException("only RSA keys of 2048 bits or more and P-256 keys are used");
    };
  }
}
