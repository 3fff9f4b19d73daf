package org.octroi.authority;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is signed here is verified by the JDK. */
class SignersTest {

  private static String signed(Signers signers, JWK jwk, JWSAlgorithm algorithm) throws Exception {
    JWSObject object =
        new JWSObject(new JWSHeader.Builder(algorithm).build(), new Payload("octroi"));
    object.sign(signers.of(new SigningKey(1, jwk, Instant.EPOCH, Instant.EPOCH, Optional.empty())));
    return object.serialize();
  }

  private static boolean verified(String signed, JWSVerifier verifier) throws Exception {
    return JWSObject.parse(signed).verify(verifier);
  }

  @Test
  void this_machine_signs_by_aws_lc() {
    assertThat(Signers.quickest()).isNotNull();
  }

  @Test
  void rs256_is_the_same_signature_whoever_makes_it() throws Exception {
    RSAKey key = new RSAKeyGenerator(2048).keyID("rsa").generate();

    String quick = signed(new Signers(), key, JWSAlgorithm.RS256);
    String usual = signed(new Signers(null), key, JWSAlgorithm.RS256);

    assertThat(quick).isEqualTo(usual);
    assertThat(verified(quick, new RSASSAVerifier(key))).isTrue();
  }

  @Test
  void es256_is_verified_by_the_jdk_whoever_makes_it() throws Exception {
    ECKey key = new ECKeyGenerator(Curve.P_256).keyID("ec").generate();

    String quick = signed(new Signers(), key, JWSAlgorithm.ES256);
    String usual = signed(new Signers(null), key, JWSAlgorithm.ES256);

    assertThat(verified(quick, new ECDSAVerifier(key))).isTrue();
    assertThat(verified(usual, new ECDSAVerifier(key))).isTrue();
  }
}
