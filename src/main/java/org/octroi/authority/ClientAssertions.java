package org.octroi.authority;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.octroi.token.VerificationKey;
import org.octroi.vocabulary.Sha256;
import org.springframework.security.oauth2.jwt.BadJwtException;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtDecoderFactory;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;

/**
 * What clients sign to show who they are (RFC 7523 §3): by a key that the desk was told of, for
 * this server, for minutes only, and good once.
 */
final class ClientAssertions implements JwtDecoderFactory<RegisteredClient> {

  private static final Duration LONGEST = Duration.ofMinutes(5);
  private static final Duration SKEW = Duration.ofSeconds(30);

  private final KeptAuthorizations kept;
  private final List<String> audiences;
  private final Clock clock;

  /**
   * @param audiences how clients may name this server
   */
  ClientAssertions(KeptAuthorizations kept, List<String> audiences, Clock clock) {
    this.kept = kept;
    this.audiences = audiences;
    this.clock = clock;
  }

  @Override
  public JwtDecoder createDecoder(RegisteredClient client) {
    return text -> decode(client, text);
  }

  private Jwt decode(RegisteredClient client, String text) {
    try {
      SignedJWT assertion = SignedJWT.parse(text);
      verify(client, assertion);
      return accepted(client, assertion);
    } catch (ParseException | JOSEException e) {
      throw new BadJwtException("The assertion can't be read", e);
    }
  }

  private static void verify(RegisteredClient client, SignedJWT assertion) throws JOSEException {
    @Nullable JWK jwk =
        ApplicationClients.keys(client)
            .map(keys -> keys.set().getKeyByKeyId(assertion.getHeader().getKeyID()))
            .orElse(null);
    if (jwk == null) {
      throw new BadJwtException("The assertion names no key of the client's");
    }
    VerificationKey key = VerificationKey.of(jwk);
    if (!key.algorithm().equals(assertion.getHeader().getAlgorithm())
        || !assertion.verify(key.verifier())) {
      throw new BadJwtException("The assertion's signature is wrong");
    }
  }

  private Jwt accepted(RegisteredClient client, SignedJWT assertion) throws ParseException {
    JWTClaimsSet claims = assertion.getJWTClaimsSet();
    Instant now = clock.instant();
    @Nullable Date expires = claims.getExpirationTime();
    @Nullable Date notBefore = claims.getNotBeforeTime();
    @Nullable String id = claims.getJWTID();
    if (!client.getClientId().equals(claims.getIssuer())
        || !client.getClientId().equals(claims.getSubject())) {
      throw new BadJwtException("The assertion is of another client");
    }
    if (claims.getAudience().stream().noneMatch(audiences::contains)) {
      throw new BadJwtException("The assertion is for another server");
    }
    if (expires == null
        || !expires.toInstant().plus(SKEW).isAfter(now)
        || expires.toInstant().isAfter(now.plus(LONGEST).plus(SKEW))) {
      throw new BadJwtException("The assertion has ended, or ends too late");
    }
    if (notBefore != null && notBefore.toInstant().minus(SKEW).isAfter(now)) {
      throw new BadJwtException("The assertion is not good yet");
    }
    if (id == null
        || !kept.spendAssertion(
            Sha256.hex(client.getClientId() + " " + id), expires.toInstant().plus(SKEW))) {
      throw new BadJwtException("The assertion has no id, or was used before");
    }
    return Jwt.withTokenValue(assertion.serialize())
        .headers(headers -> headers.putAll(assertion.getHeader().toJSONObject()))
        .subject(client.getClientId())
        .issuer(client.getClientId())
        .expiresAt(expires.toInstant())
        .build();
  }
}
