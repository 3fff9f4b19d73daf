package org.octroi.authority;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import org.octroi.agreement.DocumentSignature;
import org.springframework.stereotype.Component;

/** Signs documents with the key that tokens are signed with at the time. */
@Component
class KeySignature implements DocumentSignature {

  private final SigningKeys keys;
  private final Signers signers;

  KeySignature(SigningKeys keys, Signers signers) {
    this.keys = keys;
    this.signers = signers;
  }

  @Override
  public String sign(String type, byte[] payload) {
    SigningKey key = keys.signing();
    JWSObject signed =
        new JWSObject(
            new JWSHeader.Builder(key.algorithm())
                .type(new JOSEObjectType(type))
                .contentType("application/json")
                .keyID(key.id())
                .build(),
            new Payload(payload));
    try {
      signed.sign(signers.of(key));
    } catch (JOSEException e) {
      throw new IllegalStateException("The signing key " + key.id() + " can't sign", e);
    }
    return signed.serialize();
  }
}
