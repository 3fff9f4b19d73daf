package org.octroi.token;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.octroi.vocabulary.Sha256;
import org.springframework.stereotype.Component;

/**
 * Checks that who sends a token holds the key that it is bound to (DPoP, RFC 9449 §4.3): a proof is
 * for one request, one token, one gate, and good once. Safe for use by many threads; never waits.
 */
@Component
public final class ProofVerifier {

  /** What proofs may be signed with, for {@code algs} (RFC 9449 §5.1). */
  public static final List<String> ALGORITHMS = List.of("ES256", "RS256");

  private static final String TYPE = "dpop+jwt";
  private static final int MAX_PROOF_CHARACTERS = 4 * 1024;
  private static final int MAX_ID_CHARACTERS = 256;

  /** The nonce says when a proof was made; this only keeps out what could never be meant. */
  private static final Duration CLOCKS_APART = Duration.ofMinutes(5);

  private final ProofNonces nonces = new ProofNonces();
  private final SpentProofs spent = new SpentProofs();

  /** What is to be thought of a proof. */
  public sealed interface Verdict {

    /** It is one. */
    record Good() implements Verdict {}

    /** Its nonce is missing, of another gate or too old: to be made again with {@link #nonce}. */
    record OldNonce() implements Verdict {}

    /** It is none; the words go to the log, not to the caller. */
    record Bad(String why) implements Verdict {}
  }

  /** The nonce to hand out now. */
  public String nonce(Instant now) {
    return nonces.current(now);
  }

  /**
   * Checks a proof. A good one is spent by it.
   *
   * @param proof the {@code DPoP} field
   * @param method the request's method
   * @param address whether an address without query and fragment is the request's
   * @param token the access token that came with it
   * @param thumbprint the SHA-256 thumbprint (RFC 7638) of the key that the token is bound to
   */
  public Verdict verify(
      String proof,
      String method,
      Predicate<String> address,
      String token,
      String thumbprint,
      Instant now) {
    if (proof.length() > MAX_PROOF_CHARACTERS || !JwtVerifier.compact(proof)) {
      return new Verdict.Bad("the proof is not of the form of a signed token");
    }
    try {
      SignedJWT signed = SignedJWT.parse(proof);
      JWSHeader header = signed.getHeader();
      if (header.getType() == null || !TYPE.equalsIgnoreCase(header.getType().getType())) {
        return new Verdict.Bad("the proof's typ is not dpop+jwt");
      }
      @Nullable JWK key = header.getJWK();
      if (key == null || key.isPrivate()) {
        return new Verdict.Bad("the proof brings no public key");
      }
      if (!key.computeThumbprint().toString().equals(thumbprint)) {
        return new Verdict.Bad("the proof is by another key than the token's");
      }
      JWTClaimsSet claims = signed.getJWTClaimsSet();
      @Nullable String wrong = wrongFor(claims, method, address, token, now);
      if (wrong != null) {
        return new Verdict.Bad(wrong);
      }
      VerificationKey by = VerificationKey.of(key);
      if (!by.algorithm().equals(header.getAlgorithm()) || !signed.verify(by.verifier())) {
        return new Verdict.Bad("the proof's signature is wrong");
      }
      @Nullable String nonce = claims.getStringClaim("nonce");
      OptionalLong slot = nonce == null ? OptionalLong.empty() : nonces.slotOf(nonce, now);
      if (slot.isEmpty()) {
        return new Verdict.OldNonce();
      }
      return spent.spend(thumbprint, claims.getJWTID(), slot.getAsLong())
          ? new Verdict.Good()
          : new Verdict.Bad("the proof was used before");
    } catch (ParseException | JOSEException | IllegalArgumentException e) {
      return new Verdict.Bad("the proof can't be read: " + e.getMessage());
    }
  }

  private static @Nullable String wrongFor(
      JWTClaimsSet claims, String method, Predicate<String> address, String token, Instant now)
      throws ParseException {
    @Nullable String id = claims.getJWTID();
    if (id == null || id.isEmpty() || id.length() > MAX_ID_CHARACTERS) {
      return "the proof has no id";
    }
    if (!method.equals(claims.getStringClaim("htm"))) {
      return "the proof is for another method";
    }
    @Nullable String target = claims.getStringClaim("htu");
    if (target == null || !address.test(target)) {
      return "the proof is for another address";
    }
    @Nullable Date made = claims.getIssueTime();
    if (made == null || Duration.between(made.toInstant(), now).abs().compareTo(CLOCKS_APART) > 0) {
      return "the proof was made at another time";
    }
    Base64URL hash =
        Base64URL.encode(Sha256.digest().digest(token.getBytes(StandardCharsets.US_ASCII)));
    return hash.toString().equals(claims.getStringClaim("ath"))
        ? null
        : "the proof is for another token";
  }
}
