package org.octroi.token;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.octroi.vocabulary.Purpose;
import org.springframework.stereotype.Component;

/**
 * Verifies JWT access tokens (RFC 9068, RFC 8725) against keys that were brought beforehand.
 *
 * <p>A signature costs 50 µs to check where all the rest of a request costs 16, so what a good
 * token says is remembered by its text for an hour, in a bounded table that goes with the keys:
 * other keys, empty table. Only good tokens are remembered, so that nobody can fill the table
 * without one. A key that is not known is never fetched: whoever can make the gate call somewhere
 * by a header of a token has too much power over it.
 */
@Component
final class JwtVerifier implements TokenVerifier, TrustedKeys {

  /** How far two clocks may be apart. */
  private static final Duration SKEW = Duration.ofSeconds(30);

  private static final int MAX_TOKEN_CHARACTERS = 8 * 1024;

  /** Of some 800 bytes each. */
  private static final long MAX_REMEMBERED = 50_000;

  /**
   * Whether a token has expired is looked at with each request; this is for the table. A time of
   * its own for each entry would cost every look a place in a queue.
   */
  private static final Duration REMEMBERED_FOR = Duration.ofHours(1);

  private static final Set<String> ID_TOKENS_ALONE = Set.of("nonce", "at_hash", "c_hash");

  private static final Set<String> TYPES = Set.of("at+jwt", "application/at+jwt", "jwt");

  /** Of issuers that are trusted alone, and so few, however many tokens are made up. */
  private final Set<String> unknownKeys = ConcurrentHashMap.newKeySet();

  private volatile Trust trust = new Trust(Map.of(), "");

  @Override
  public void replace(Map<String, List<String>> jwksByIssuer, String audience) {
    Map<String, List<String>> copy = new HashMap<>();
    jwksByIssuer.forEach((issuer, keys) -> copy.put(issuer, List.copyOf(keys)));
    Trust before = trust;
    if (!before.jwksByIssuer.equals(copy) || !before.audience.equals(audience)) {
      trust = new Trust(Map.copyOf(copy), audience);
    }
  }

  @Override
  public Trusted trusted() {
    Trust now = trust;
    return new Trusted(now.jwksByIssuer, now.audience);
  }

  @Override
  public Verdict verify(String token, Instant now) {
    if (token.length() > MAX_TOKEN_CHARACTERS) {
      return new Verdict.Bad("not of the form of a signed token");
    }
    Trust trusted = trust;
    TokenText text = new TokenText(token);
    @Nullable Remembered remembered = trusted.remembered.getIfPresent(text);
    if (remembered == null) {
      if (!compact(token)) {
        return new Verdict.Bad("not of the form of a signed token");
      }
      switch (check(token, trusted)) {
        case Checked.Wrong wrong -> {
          return new Verdict.Bad(wrong.why());
        }
        case Checked.Right right -> remembered = right.remembered();
      }
      if (remembered.good.expires().plus(SKEW).isAfter(now)) {
        trusted.remembered.put(text, remembered);
      }
    }
    return at(now, remembered);
  }

  @Override
  public Set<String> issuersOfUnknownKeys() {
    Set<String> seen = Set.copyOf(unknownKeys);
    unknownKeys.removeAll(seen);
    return seen;
  }

  /** Three parts of base64url (RFC 7515 §3.1); an unsigned token has an empty third. */
  static boolean compact(String token) {
    int dots = 0;
    int part = 0;
    for (int i = 0; i < token.length(); i++) {
      char c = token.charAt(i);
      if (c == '.') {
        if (part == 0) {
          return false;
        }
        dots++;
        part = 0;
      } else if ((c >= 'a' && c <= 'z')
          || (c >= 'A' && c <= 'Z')
          || (c >= '0' && c <= '9')
          || c == '-'
          || c == '_') {
        part++;
      } else {
        return false;
      }
    }
    return dots == 2 && part > 0;
  }

  private static Verdict at(Instant now, Remembered token) {
    if (!token.good.expires().plus(SKEW).isAfter(now)) {
      return new Verdict.Expired(token.good.expires());
    }
    if (token.notBefore.minus(SKEW).isAfter(now)) {
      return new Verdict.Bad("not valid yet");
    }
    return token.good;
  }

  private Checked check(String token, Trust trusted) {
    JWTClaimsSet claims;
    try {
      SignedJWT signed = SignedJWT.parse(token);
      claims = signed.getJWTClaimsSet();
      JWSHeader header = signed.getHeader();
      if (header.getType() == null
          || !TYPES.contains(header.getType().getType().toLowerCase(Locale.ROOT))) {
        return new Checked.Wrong("its typ is not at+jwt or JWT");
      }
      @Nullable String issuer = claims.getIssuer();
      @Nullable Map<String, VerificationKey> keys =
          issuer == null ? null : trusted.keysByIssuer.get(issuer);
      if (keys == null) {
        return new Checked.Wrong("its issuer is not trusted");
      }
      @Nullable VerificationKey key = keys.get(header.getKeyID() == null ? "" : header.getKeyID());
      if (key == null) {
        unknownKeys.add(issuer);
        return new Checked.Wrong("its key is not known");
      }
      if (!key.algorithm().equals(header.getAlgorithm())) {
        return new Checked.Wrong("its algorithm is not its key's");
      }
      if (!signed.verify(key.verifier())) {
        return new Checked.Wrong("its signature is wrong");
      }
      if (!claims.getAudience().contains(trusted.audience)) {
        return new Checked.Wrong("it is meant for another audience");
      }
      return read(claims, issuer);
    } catch (ParseException | JOSEException | IllegalArgumentException e) {
      return new Checked.Wrong("it can't be read: " + e.getMessage());
    }
  }

  private static Checked read(JWTClaimsSet claims, String issuer) throws ParseException {
    if (!accessToken(claims)) {
      return new Checked.Wrong("it is no access token");
    }
    @Nullable Date expires = claims.getExpirationTime();
    if (expires == null) {
      return new Checked.Wrong("it never expires");
    }
    @Nullable String client = claims.getStringClaim("client_id");
    @Nullable String party = claims.getStringClaim("azp");
    if (client == null) {
      client = party;
    }
    if (client == null || client.isEmpty()) {
      return new Checked.Wrong("it names no client");
    }
    if (party != null && !party.equals(client)) {
      return new Checked.Wrong("it names two clients");
    }
    @Nullable String purpose = claims.getStringClaim("purpose");
    @Nullable Date notBefore = claims.getNotBeforeTime();
    return new Checked.Right(
        new Remembered(
            new Verdict.Good(
                issuer,
                client,
                scopes(claims),
                purpose == null ? Optional.empty() : Optional.of(new Purpose(purpose)),
                expires.toInstant(),
                Optional.ofNullable(claims.getJWTID()),
                proofKey(claims)),
            notBefore == null ? Instant.MIN.plus(SKEW) : notBefore.toInstant()));
  }

  /**
   * Where the header says no more than JWT, a realm says in the claims what a token is; and what
   * only ID tokens carry (OpenID Connect Core 1.0 §2, §3.3.2.11), no access token does.
   */
  private static boolean accessToken(JWTClaimsSet claims) throws ParseException {
    @Nullable String kind = claims.getStringClaim("typ");
    return (kind == null || kind.equals("Bearer") || kind.equals("DPoP"))
        && ID_TOKENS_ALONE.stream().noneMatch(claims.getClaims()::containsKey);
  }

  /**
   * The key that a token is bound to. One that is bound in a way that nothing here can check is
   * refused: to pass over it would make it good for whoever found it.
   */
  private static Optional<String> proofKey(JWTClaimsSet claims) throws ParseException {
    @Nullable Map<String, Object> confirmation = claims.getJSONObjectClaim("cnf");
    if (confirmation == null) {
      return Optional.empty();
    }
    if (confirmation.size() == 1 && confirmation.get("jkt") instanceof String thumbprint) {
      return Optional.of(thumbprint);
    }
    throw new ParseException("it is bound in a way that is not known here", 0);
  }

  /** Scopes stand in one text with spaces (RFC 8693 §4.2), or in a list as Spring writes them. */
  private static SortedSet<String> scopes(JWTClaimsSet claims) throws ParseException {
    SortedSet<String> scopes = new TreeSet<>();
    switch (claims.getClaim("scope")) {
      case null -> {}
      case String text -> {
        for (String scope : text.split(" ")) {
          if (!scope.isEmpty()) {
            scopes.add(scope);
          }
        }
      }
      case Object list -> {
        if (list instanceof List<?>) {
          scopes.addAll(claims.getStringListClaim("scope"));
        } else {
          throw new ParseException("scope is neither text nor a list", 0);
        }
      }
    }
    return Collections.unmodifiableSortedSet(scopes);
  }

  /** What came of checking a token that is not remembered. */
  private sealed interface Checked {
    record Right(Remembered remembered) implements Checked {}

    record Wrong(String why) implements Checked {}
  }

  /** What a token with a good signature says, apart from the time now. */
  private record Remembered(Verdict.Good good, Instant notBefore) {}

  private static VerificationKey forSignatures(JWK jwk) throws JOSEException {
    if (jwk.getKeyUse() != null && !KeyUse.SIGNATURE.equals(jwk.getKeyUse())) {
      throw new JOSEException("it is not for signatures");
    }
    return VerificationKey.of(jwk);
  }

  /** The issuers and keys in force, with what was verified by them. */
  private static final class Trust {

    private final Map<String, List<String>> jwksByIssuer;
    private final String audience;
    private final Map<String, Map<String, VerificationKey>> keysByIssuer = new HashMap<>();
    private final Cache<TokenText, Remembered> remembered =
        Caffeine.newBuilder()
            .maximumSize(MAX_REMEMBERED)
            .executor(Runnable::run)
            .expireAfterWrite(REMEMBERED_FOR)
            .build();

    /**
     * @throws IllegalArgumentException when a key is none that tokens may be verified with
     */
    Trust(Map<String, List<String>> jwksByIssuer, String audience) {
      this.jwksByIssuer = jwksByIssuer;
      this.audience = audience;
      jwksByIssuer.forEach(
          (issuer, jwks) -> {
            Map<String, VerificationKey> keys = new HashMap<>();
            for (String json : jwks) {
              try {
                JWK jwk = JWK.parse(json);
                keys.put(jwk.getKeyID() == null ? "" : jwk.getKeyID(), forSignatures(jwk));
              } catch (ParseException | JOSEException e) {
                throw new IllegalArgumentException(
                    "A key of " + issuer + " can't be used to verify tokens: " + e.getMessage(), e);
              }
            }
            keysByIssuer.put(issuer, Map.copyOf(keys));
          });
    }
  }
}
