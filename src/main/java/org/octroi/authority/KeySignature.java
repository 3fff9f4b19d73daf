package org.octroi.authority;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.factories.DefaultJWSSignerFactory;
import org.octroi.agreement.DocumentSignature;
import org.springframework.stereotype.Component;

/** Signs documents with the key that tokens are signed with at the time. */
@Component
class KeySignature implements DocumentSignature {

  private final SigningKeys keys;

  KeySignature(SigningKeys keys) {
    this.keys = keys;
  }

  @Override
  public String sign(String type, byte[] payload) {
    SigningKey key = keys.signing();
    JWSAlgorithm algorithm = JWSAlgorithm.parse(key.jwk().getAlgorithm().getName());
    JWSObject signed =
        new JWSObject(
            new JWSHeader.Builder(algorithm)
                .type(new JOSEObjectType(type))
                .contentType("application/json")
                .keyID(key.id())
                .build(),
            new Payload(payload));
    try {
      signed.sign(new DefaultJWSSignerFactory().createJWSSigner(key.jwk(), algorithm));
    } catch (JOSEException e) {
      throw new IllegalStateException("The signing key " + key.id() + " can't sign", e);
    }
    return signed.serialize();
  }
}
