package org.octroi.token;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.octroi.testing.Median;

/**
 * What verifying a token costs, by the CPU time of the one thread that does it: a token that was
 * never seen, and one that was. Each is a text of its own, as it comes with each request.
 */
final class VerifyBench {

  private static final int ROUNDS = 5;
  private static final int WARMING = 8;
  private static final int TOKENS = 2_000;
  private static final int TIMES = 100;
  private static final String ISSUER = "https://desk.example";
  private static final String GATE = "https://gate.example";

  private VerifyBench() {}

  public static void main(String[] args) throws JOSEException {
    RSAKey key = new RSAKeyGenerator(2048).keyID("key").generate();
    String[] tokens = new String[TOKENS];
    for (int i = 0; i < TOKENS; i++) {
      tokens[i] = token(key);
    }
    double[] cold = new double[ROUNDS];
    double[] remembered = new double[ROUNDS];
    for (int round = -WARMING; round < ROUNDS; round++) {
      JwtVerifier verifier = new JwtVerifier();
      verifier.replace(Map.of(ISSUER, List.of(key.toPublicJWK().toJSONString())), GATE);
      double first = micros(verifier, copies(tokens));
      double again = 0;
      for (int time = 0; time < TIMES; time++) {
        again += micros(verifier, copies(tokens)) / TIMES;
      }
      if (round >= 0) {
        cold[round] = first;
        remembered[round] = again;
      }
    }
    System.out.printf(Locale.ROOT, "value verify-cold-micros %.1f%n", Median.of(cold));
    System.out.printf(Locale.ROOT, "value verify-remembered-micros %.3f%n", Median.of(remembered));
  }

  private static double micros(JwtVerifier verifier, String[] tokens) {
    Instant now = Instant.now();
    var threads = ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadCpuTime();
    for (String token : tokens) {
      if (!(verifier.verify(token, now) instanceof TokenVerifier.Verdict.Good)) {
        throw new IllegalStateException("a good token was not taken for one");
      }
    }
    return (threads.getCurrentThreadCpuTime() - before) / 1000.0 / tokens.length;
  }

  private static String[] copies(String[] tokens) {
    return Arrays.stream(tokens)
        .map(
            token ->
                new String(token.getBytes(StandardCharsets.US_ASCII), StandardCharsets.US_ASCII))
        .toArray(String[]::new);
  }

  private static String token(RSAKey key) throws JOSEException {
    String client = UUID.randomUUID().toString();
    SignedJWT token =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.RS256)
                .keyID("key")
                .type(new JOSEObjectType("at+jwt"))
                .build(),
            new JWTClaimsSet.Builder()
                .issuer(ISSUER)
                .audience(GATE)
                .subject(client)
                .claim("client_id", client)
                .jwtID(UUID.randomUUID().toString())
                .issueTime(new Date())
                .expirationTime(Date.from(Instant.now().plusSeconds(3600)))
                .build());
    token.sign(new RSASSASigner(key));
    return token.serialize();
  }
}
