package org.octroi.issuer;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.springframework.security.oauth2.client.oidc.authentication.OidcIdTokenDecoderFactory;
import org.springframework.security.oauth2.client.oidc.authentication.OidcIdTokenValidator;
import org.springframework.security.oauth2.client.registration.ClientRegistration;
import org.springframework.security.oauth2.core.DelegatingOAuth2TokenValidator;
import org.springframework.security.oauth2.core.converter.ClaimTypeConverter;
import org.springframework.security.oauth2.jwt.BadJwtException;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtDecoderFactory;
import org.springframework.security.oauth2.jwt.JwtTimestampValidator;
import org.springframework.security.oauth2.jwt.MappedJwtClaimSetConverter;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import org.springframework.stereotype.Component;

/**
 * Reads what the issuers that people sign in with have signed. Their keys are read when they are
 * needed, which is when somebody comes back with a code, or signs out: seldom.
 */
@Component
class ProviderTokens implements JwtDecoderFactory<ClientRegistration> {

  private final IssuerRead issuers;

  ProviderTokens(IssuerRead issuers) {
    this.issuers = issuers;
  }

  /** For ID tokens (OpenID Connect Core 1.0 §3.1.3.7). */
  @Override
  public JwtDecoder createDecoder(ClientRegistration desk) {
    NimbusJwtDecoder decoder =
        signedBy(Objects.requireNonNull(desk.getProviderDetails().getIssuerUri()));
    decoder.setJwtValidator(
        new DelegatingOAuth2TokenValidator<>(
            new JwtTimestampValidator(), new OidcIdTokenValidator(desk)));
    decoder.setClaimSetConverter(
        new ClaimTypeConverter(OidcIdTokenDecoderFactory.createDefaultClaimTypeConverters()));
    return decoder;
  }

  /**
   * For whatever an issuer has signed; nothing but the signature is looked at.
   *
   * @throws BadJwtException when its keys can't be read
   */
  NimbusJwtDecoder signedBy(String issuer) {
    List<JWK> keys = new ArrayList<>();
    try {
      for (String json : issuers.keys(issuer).usable()) {
        keys.add(JWK.parse(json));
      }
    } catch (UnreadableIssuerException e) {
      throw new BadJwtException("The keys of the issuer can't be read: " + e.why());
    } catch (ParseException e) {
      throw new IllegalStateException("A key that was read can be read again", e);
    }
    DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
    processor.setJWSTypeVerifier(
        new DefaultJOSEObjectTypeVerifier<>(
            JOSEObjectType.JWT, new JOSEObjectType("logout+jwt"), null));
    processor.setJWSKeySelector(
        new JWSVerificationKeySelector<>(
            Set.of(JWSAlgorithm.RS256, JWSAlgorithm.ES256),
            new ImmutableJWKSet<>(new JWKSet(keys))));
    processor.setJWTClaimsSetVerifier((claims, context) -> {});
    NimbusJwtDecoder decoder = new NimbusJwtDecoder(processor);
    decoder.setJwtValidator(new JwtTimestampValidator());
    decoder.setClaimSetConverter(MappedJwtClaimSetConverter.withDefaults(Map.of()));
    return decoder;
  }
}
