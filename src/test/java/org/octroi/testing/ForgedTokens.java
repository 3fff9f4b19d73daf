package org.octroi.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import tools.jackson.databind.json.JsonMapper;

/**
 * Tokens that must open nothing, by what is wrong with each: what attackers are known to send (RFC
 * 8725, RFC 9700), and what a well-meaning program could send by mistake. They are put together by
 * hand, since no library makes them.
 */
public final class ForgedTokens {

  private final RSAKey ours;
  private final String issuer;
  private final String audience;
  private final String client;
  private final RSAKey theirs;
  private final Map<String, String> all = new LinkedHashMap<>();

  /**
   * @param ours the key that good tokens are signed with, with its private half: some tokens are
   *     wrong although their signature is right
   */
  public ForgedTokens(RSAKey ours, String issuer, String audience, String client) {
    this.ours = ours;
    this.issuer = issuer;
    this.audience = audience;
    this.client = client;
    try {
      this.theirs = new RSAKeyGenerator(2048).keyID(ours.getKeyID()).generate();
      signatures();
      keys();
      times();
      whoAndWhom();
      kinds();
      forms();
      bindings();
    } catch (JOSEException | GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** All of them, by what is wrong. */
  public Map<String, String> all() {
    return all;
  }

  /** One with which nothing is wrong. */
  public String good() {
    try {
      return signed(header(), claims());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private void signatures() throws GeneralSecurityException, JOSEException {
    Map<String, Object> none = header();
    none.put("alg", "none");
    all.put("unsigned", raw(none, claims()) + ".");
    none.put("alg", "nOnE");
    all.put("unsigned, in strange letters", raw(none, claims()) + ".");
    none.put("alg", "none");
    all.put("unsigned, with a signature", raw(none, claims()) + "." + part(good(), 2));
    Map<String, Object> hmac = header();
    hmac.put("alg", "HS256");
    byte[] der = ours.toRSAPublicKey().getEncoded();
    String pem =
        "-----BEGIN PUBLIC KEY-----\n"
            + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
            + "\n-----END PUBLIC KEY-----\n";
    all.put("HMAC under the public key as PEM", mac(hmac, claims(), pem.getBytes(UTF_8)));
    all.put("HMAC under the public key as DER", mac(hmac, claims(), der));
    all.put(
        "HMAC under the public key as JWK",
        mac(hmac, claims(), ours.toPublicJWK().toJSONString().getBytes(UTF_8)));
    all.put("HMAC under the modulus", mac(hmac, claims(), ours.getModulus().decode()));
    String good = good();
    all.put("no signature", part(good, 0) + "." + part(good, 1) + ".");
    all.put("half a signature", good.substring(0, good.length() - 100));
    all.put(
        "the signature of another token",
        raw(header(), with(c -> c.put("jti", "other"))) + "." + part(good, 2));
    all.put(
        "claims changed after the signature",
        part(good, 0)
            + "."
            + part(raw(header(), with(c -> c.put("scope", "x"))), 1)
            + "."
            + part(good, 2));
    Map<String, Object> more = header();
    more.put("cty", "JWT");
    all.put(
        "head changed after the signature",
        part(raw(more, claims()), 0) + good.substring(good.indexOf('.')));
    all.put("RS512", sign(headed("alg", "RS512"), claims(), "SHA512withRSA", ours));
    all.put("ES256 by name", signed(headed("alg", "ES256"), claims()));
    all.put("an algorithm that is none", signed(headed("alg", "RS256 "), claims()));
  }

  private void keys() throws GeneralSecurityException, JOSEException {
    all.put("another key under our key's name", sign(header(), claims(), theirs));
    all.put("a key that is not known", sign(headed("kid", "unknown"), claims(), theirs));
    all.put("no key named", signed(without(header(), "kid"), claims()));
    all.put("a key without a name", signed(headed("kid", ""), claims()));
    all.put(
        "a key of the file system",
        mac(headed("kid", "../../../../dev/null", "alg", "HS256"), claims(), new byte[1]));
    all.put("a key of the database", sign(headed("kid", "' or '1'='1"), claims(), theirs));
    all.put(
        "its key in its head",
        sign(headed("jwk", theirs.toPublicJWK().toJSONObject()), claims(), theirs));
    all.put(
        "its key elsewhere", sign(headed("jku", "https://evil.example/jwks"), claims(), theirs));
    all.put(
        "its certificate elsewhere",
        sign(headed("x5u", "https://evil.example/cert.pem"), claims(), theirs));
    all.put(
        "its certificate in its head",
        sign(
            headed(
                "x5c",
                new String[] {
                  Base64.getEncoder().encodeToString(theirs.toRSAPublicKey().getEncoded())
                }),
            claims(),
            theirs));
  }

  private void times() throws GeneralSecurityException {
    long now = Instant.now().getEpochSecond();
    all.put("expired", signed(header(), with(c -> c.put("exp", now - 120))));
    all.put("expired long ago", signed(header(), with(c -> c.put("exp", 0))));
    all.put("not valid yet", signed(header(), with(c -> c.put("nbf", now + 120))));
    all.put("never expiring", signed(header(), with(c -> c.remove("exp"))));
    all.put("expiring in words", signed(header(), with(c -> c.put("exp", "tomorrow"))));
    all.put("expiring at nothing", signed(header(), with(c -> c.put("exp", null))));
    all.put("valid from in words", signed(header(), with(c -> c.put("nbf", "now"))));
  }

  private void whoAndWhom() throws GeneralSecurityException {
    all.put("another audience", signed(header(), with(c -> c.put("aud", "https://evil.example"))));
    all.put("no audience", signed(header(), with(c -> c.remove("aud"))));
    all.put(
        "an audience that begins like ours",
        signed(header(), with(c -> c.put("aud", audience + ".evil.example"))));
    all.put("the issuer as audience", signed(header(), with(c -> c.put("aud", issuer))));
    all.put("another issuer", signed(header(), with(c -> c.put("iss", "https://evil.example"))));
    all.put("no issuer", signed(header(), with(c -> c.remove("iss"))));
    all.put("nearly our issuer", signed(header(), with(c -> c.put("iss", issuer + "/"))));
    all.put("an issuer that is no text", signed(header(), with(c -> c.put("iss", 7))));
    all.put("an unknown client", signed(header(), with(c -> c.put("client_id", "nobody"))));
    all.put(
        "no client",
        signed(
            header(),
            with(
                c -> {
                  c.remove("client_id");
                  c.remove("sub");
                })));
  }

  private void kinds() throws GeneralSecurityException {
    all.put(
        "an ID token",
        signed(
            headed("typ", "JWT"),
            with(
                c -> {
                  c.put("aud", client);
                  c.put("nonce", "n");
                })));
    all.put(
        "an ID token with our audience",
        signed(headed("typ", "JWT"), with(c -> c.put("at_hash", "h"))));
    all.put("a refresh token", signed(headed("typ", "JWT"), with(c -> c.put("typ", "Refresh"))));
    all.put("a proof", signed(headed("typ", "dpop+jwt"), claims()));
    all.put("a logout token", signed(headed("typ", "logout+jwt"), claims()));
    all.put("a document of ours", signed(headed("typ", "octroi-agreement+jws"), claims()));
    all.put("of no kind", signed(without(header(), "typ"), claims()));
  }

  private void forms() throws GeneralSecurityException {
    String good = good();
    String claims = JsonMapper.shared().writeValueAsString(claims());
    String header = JsonMapper.shared().writeValueAsString(header());
    all.put(
        "an audience twice",
        sign(header, claims.replaceFirst("\\{", "{\"aud\":\"https://evil.example\","), ours));
    all.put("an end twice", sign(header, claims.replaceFirst("\\{", "{\"exp\":1,"), ours));
    all.put(
        "an algorithm twice", sign(header.replaceFirst("\\{", "{\"alg\":\"none\","), claims, ours));
    all.put("oversize", signed(header(), with(c -> c.put("pad", "x".repeat(9000)))));
    all.put(
        "critical parts that nobody knows", signed(headed("crit", new String[] {"exp"}), claims()));
    all.put(
        "claims that are not encoded",
        signed(headed("b64", false, "crit", new String[] {"b64"}), claims()));
    all.put("claims that are no object", sign(header, "[]", ours));
    all.put("claims that are no JSON", sign(header, "claims", ours));
    all.put("in four parts", good + ".x");
    all.put("in five parts, as if encrypted", good + ".x.y");
    all.put("of dots", "..");
    all.put("padded", part(good, 0) + "=." + part(good, 1) + "." + part(good, 2));
    all.put("with a space in it", good.substring(0, 20) + " " + good.substring(20));
    all.put("no token", "token");
    all.put("a scope that is no text", signed(header(), with(c -> c.put("scope", 7))));
    all.put("a purpose that is no text", signed(header(), with(c -> c.put("purpose", Map.of()))));
  }

  private void bindings() throws GeneralSecurityException, JOSEException {
    all.put(
        "bound to a key, and sent without proof",
        signed(header(), with(c -> c.put("cnf", Map.of("jkt", thumbprint())))));
    all.put(
        "bound to a certificate, of which nobody here can tell",
        signed(header(), with(c -> c.put("cnf", Map.of("x5t#S256", thumbprint())))));
    all.put("bound to nothing", signed(header(), with(c -> c.put("cnf", Map.of()))));
  }

  private String thumbprint() {
    try {
      return theirs.computeThumbprint().toString();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  private Map<String, Object> header() {
    Map<String, Object> header = new LinkedHashMap<>();
    header.put("typ", "at+jwt");
    header.put("alg", "RS256");
    header.put("kid", ours.getKeyID());
    return header;
  }

  private Map<String, Object> headed(Object... members) {
    Map<String, Object> header = header();
    for (int i = 0; i < members.length; i += 2) {
      header.put((String) members[i], members[i + 1]);
    }
    return header;
  }

  private static Map<String, Object> without(Map<String, Object> members, String name) {
    members.remove(name);
    return members;
  }

  private Map<String, Object> claims() {
    long now = Instant.now().getEpochSecond();
    Map<String, Object> claims = new LinkedHashMap<>();
    claims.put("iss", issuer);
    claims.put("aud", audience);
    claims.put("sub", client);
    claims.put("client_id", client);
    claims.put("iat", now);
    claims.put("exp", now + 300);
    claims.put("jti", "01900000-0000-4000-8000-000000000001");
    return claims;
  }

  private Map<String, Object> with(Consumer<Map<String, Object>> change) {
    Map<String, Object> claims = claims();
    change.accept(claims);
    return claims;
  }

  private String signed(Map<String, Object> header, Map<String, Object> claims)
      throws GeneralSecurityException {
    return sign(header, claims, ours);
  }

  private static String sign(Map<String, Object> header, Map<String, Object> claims, RSAKey key)
      throws GeneralSecurityException {
    return sign(header, claims, "SHA256withRSA", key);
  }

  private static String sign(
      Map<String, Object> header, Map<String, Object> claims, String algorithm, RSAKey key)
      throws GeneralSecurityException {
    return sign(
        JsonMapper.shared().writeValueAsString(header),
        JsonMapper.shared().writeValueAsString(claims),
        algorithm,
        key);
  }

  private static String sign(String header, String claims, RSAKey key)
      throws GeneralSecurityException {
    return sign(header, claims, "SHA256withRSA", key);
  }

  private static String sign(String header, String claims, String algorithm, RSAKey key)
      throws GeneralSecurityException {
    String input = encoded(header) + "." + encoded(claims);
    Signature signature = Signature.getInstance(algorithm);
    try {
      PrivateKey secret = key.toPrivateKey();
      signature.initSign(secret);
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
    signature.update(input.getBytes(UTF_8));
    return input + "." + encoded(signature.sign());
  }

  private static String mac(Map<String, Object> header, Map<String, Object> claims, byte[] secret)
      throws GeneralSecurityException {
    String input = raw(header, claims);
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(secret, "HmacSHA256"));
    return input + "." + encoded(mac.doFinal(input.getBytes(UTF_8)));
  }

  private static String raw(Map<String, Object> header, Map<String, Object> claims) {
    return encoded(JsonMapper.shared().writeValueAsString(header))
        + "."
        + encoded(JsonMapper.shared().writeValueAsString(claims));
  }

  private static String part(String token, int number) {
    return token.split("\\.")[number];
  }

  private static String encoded(String text) {
    return encoded(text.getBytes(UTF_8));
  }

  private static String encoded(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
