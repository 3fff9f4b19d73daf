package org.octroi.authority;

import com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyType;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Signs by our keys: with AWS-LC where it has a part for this machine, which takes a third of the
 * time that Java takes for RS256 and a quarter for ES256, else with the JDK. A signature is most of
 * what a token costs. Safe for use by many threads.
 */
@Component
class Signers {

  private static final Logger LOG = LoggerFactory.getLogger(Signers.class);

  private final Map<String, JWSSigner> known = new ConcurrentHashMap<>();
  private final @Nullable Provider provider;

  Signers() {
    this(quickest());
  }

  /**
   * @param provider by what; null for the JDK
   */
  Signers(@Nullable Provider provider) {
    this.provider = provider;
  }

  static @Nullable Provider quickest() {
    AmazonCorrettoCryptoProvider provider = AmazonCorrettoCryptoProvider.INSTANCE;
    @Nullable Throwable lacking = provider.getLoadingError();
    if (lacking == null) {
      return provider;
    }
    LOG.info("Tokens are signed by the JDK: AWS-LC does not run here ({})", lacking.toString());
    return null;
  }

  /** What signs by this key. */
  JWSSigner of(SigningKey key) {
    return known.computeIfAbsent(key.id(), id -> signer(key.jwk()));
  }

  private JWSSigner signer(JWK jwk) {
    try {
      if (KeyType.RSA.equals(jwk.getKeyType())) {
        RSASSASigner signer = new RSASSASigner(own("RSA", jwk.toRSAKey().toPrivateKey()));
        signer.getJCAContext().setProvider(provider);
        return signer;
      }
      Curve curve = jwk.toECKey().getCurve();
      ECDSASigner signer = new ECDSASigner(own("EC", jwk.toECKey().toPrivateKey()), curve);
      signer.getJCAContext().setProvider(provider);
      return signer;
    } catch (JOSEException | GeneralSecurityException e) {
      throw new IllegalStateException("The signing key " + jwk.getKeyID() + " can't sign", e);
    }
  }

  /** A key that the provider did not make would be read anew, and checked, for each signature. */
  private PrivateKey own(String kind, PrivateKey key) throws GeneralSecurityException {
    return provider == null
        ? key
        : KeyFactory.getInstance(kind, provider)
            .generatePrivate(new PKCS8EncodedKeySpec(key.getEncoded()));
  }
}
