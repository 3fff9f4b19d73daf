package org.octroi.authority;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.RSAKey;
import org.octroi.agreement.DocumentSignature;
import org.springframework.stereotype.Component;

/** Signs documents with the newest of the keys that tokens are signed with. */
@Component
class KeySignature implements DocumentSignature {

  private final SigningKeys keys;

  KeySignature(SigningKeys keys) {
    this.keys = keys;
  }

  @Override
  public String sign(String type, byte[] payload) {
    RSAKey key = keys.newest();
    JWSObject signed =
        new JWSObject(
            new JWSHeader.Builder(JWSAlgorithm.RS256)
                .type(new JOSEObjectType(type))
                .contentType("application/json")
                .keyID(key.getKeyID())
                .build(),
            new Payload(payload));
    try {
      signed.sign(new RSASSASigner(key));
    } catch (JOSEException e) {
      throw new IllegalStateException("The signing key " + key.getKeyID() + " can't sign", e);
    }
    return signed.serialize();
  }
}
