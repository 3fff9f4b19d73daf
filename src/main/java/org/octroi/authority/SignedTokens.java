package org.octroi.authority;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.net.URL;
import java.time.Instant;
import java.util.Date;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.security.oauth2.jwt.JwsHeader;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtClaimsSet;
import org.springframework.security.oauth2.jwt.JwtEncoder;
import org.springframework.security.oauth2.jwt.JwtEncoderParameters;
import org.springframework.security.oauth2.jwt.JwtEncodingException;

/**
 * Signs tokens with the key whose turn it is, and names it in their head. The library's own encoder
 * does the same by the JDK alone.
 */
final class SignedTokens implements JwtEncoder {

  private final SigningKeys keys;
  private final Signers signers;

  SignedTokens(SigningKeys keys, Signers signers) {
    this.keys = keys;
    this.signers = signers;
  }

  @Override
  public Jwt encode(JwtEncoderParameters parameters) {
    SigningKey key = keys.signing();
    @Nullable JwsHeader asked = parameters.getJwsHeader();
    @Nullable String type = asked == null ? null : asked.getType();
    JWSHeader.Builder header = new JWSHeader.Builder(key.algorithm()).keyID(key.id());
    if (type != null) {
      header.type(new JOSEObjectType(type));
    }
    JwtClaimsSet claims = parameters.getClaims();
    SignedJWT signed = new SignedJWT(header.build(), written(claims.getClaims()));
    try {
      signed.sign(signers.of(key));
    } catch (JOSEException e) {
      throw new JwtEncodingException("The signing key " + key.id() + " can't sign", e);
    }
    return new Jwt(
        signed.serialize(),
        claims.getIssuedAt(),
        claims.getExpiresAt(),
        signed.getHeader().toJSONObject(),
        claims.getClaims());
  }

  private static JWTClaimsSet written(Map<String, Object> claims) {
    JWTClaimsSet.Builder written = new JWTClaimsSet.Builder();
    claims.forEach(
        (name, value) ->
            written.claim(
                name,
                switch (value) {
                  case Instant moment -> Date.from(moment);
                  case URL address -> address.toString();
                  default -> value;
                }));
    return written.build();
  }
}
