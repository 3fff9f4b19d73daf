package org.octroi.testing;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Locale;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** The application on somebody's phone that shows one-time codes (RFC 6238), written anew here. */
public final class Authenticator {

  private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

  private final byte[] seed;

  /**
   * @param seed as the page shows it
   */
  public Authenticator(String seed) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    long kept = 0;
    int bits = 0;
    for (char letter : seed.replace(" ", "").toUpperCase(Locale.ROOT).toCharArray()) {
      kept = kept << 5 | ALPHABET.indexOf(letter);
      bits += 5;
      if (bits >= 8) {
        bits -= 8;
        bytes.write((int) (kept >> bits & 0xff));
      }
    }
    this.seed = bytes.toByteArray();
  }

  /** The code that it shows so many half minutes from now. */
  public String code(int later) {
    return codeAt(Instant.now().plusSeconds(30L * later));
  }

  /** The code that it shows at this moment. */
  public String codeAt(Instant at) {
    try {
      Mac mac = Mac.getInstance("HmacSHA1");
      mac.init(new SecretKeySpec(seed, "HmacSHA1"));
      byte[] hash = mac.doFinal(ByteBuffer.allocate(8).putLong(at.getEpochSecond() / 30).array());
      int from = hash[19] & 15;
      int number =
          (hash[from] & 127) << 24
              | (hash[from + 1] & 255) << 16
              | (hash[from + 2] & 255) << 8
              | hash[from + 3] & 255;
      return "%06d".formatted(number % 1_000_000);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
