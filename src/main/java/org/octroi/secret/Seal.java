package org.octroi.secret;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Seals secrets at rest with AES-256-GCM (NIST SP 800-38D) under the key of the key file.
 *
 * <p>A sealed text is {@code v1.} and the base64url of a random 96-bit nonce, the ciphertext and
 * the 128-bit tag. What it is for is bound in as associated data: a store's password can't be put
 * in the place of a signing key. Safe for use by many threads.
 */
public final class Seal {

  private static final String VERSION = "v1.";
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final SecretKeySpec key;
  private final byte[] derivationKey;

  /**
   * @param key 32 bytes
   */
  Seal(byte[] key) {
    if (key.length != 32) {
      throw new IllegalArgumentException("a key has 32 bytes, not " + key.length);
    }
    this.derivationKey = mac(key, "octroi derive");
    this.key = new SecretKeySpec(mac(key, "octroi seal"), "AES");
  }

  /** Seals a secret for one use, such as {@code store-credential}. */
  public String seal(String use, byte[] secret) {
    byte[] nonce = new byte[NONCE_BYTES];
    RANDOM.nextBytes(nonce);
    try {
      byte[] sealed = cipher(Cipher.ENCRYPT_MODE, use, nonce).doFinal(secret);
      byte[] whole = Arrays.copyOf(nonce, nonce.length + sealed.length);
      System.arraycopy(sealed, 0, whole, nonce.length, sealed.length);
      return VERSION + Base64.getUrlEncoder().withoutPadding().encodeToString(whole);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-GCM does not work in this JVM", e);
    }
  }

  /** Seals a text, as UTF-8. */
  public String seal(String use, String secret) {
    return seal(use, secret.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Opens what was sealed for the same use.
   *
   * @throws BrokenSealException when it was sealed under another key or for another use, or altered
   */
  public byte[] open(String use, String sealed) {
    if (!sealed.startsWith(VERSION)) {
      throw new BrokenSealException("A sealed " + use + " has an unknown form", null);
    }
    try {
      byte[] whole = Base64.getUrlDecoder().decode(sealed.substring(VERSION.length()));
      if (whole.length < NONCE_BYTES + TAG_BITS / 8) {
        throw new BrokenSealException("A sealed " + use + " is cut short", null);
      }
      byte[] nonce = Arrays.copyOf(whole, NONCE_BYTES);
      return cipher(Cipher.DECRYPT_MODE, use, nonce)
          .doFinal(whole, NONCE_BYTES, whole.length - NONCE_BYTES);
    } catch (AEADBadTagException | IllegalArgumentException e) {
      throw new BrokenSealException(
          "A sealed "
              + use
              + " can't be opened: it was sealed under another key file, or altered. Start with the"
              + " key file that this database was used with.",
          e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-GCM does not work in this JVM", e);
    }
  }

  /** Opens a text. */
  public String openText(String use, String sealed) {
    return new String(open(use, sealed), StandardCharsets.UTF_8);
  }

  /**
   * A key of 32 bytes for one use, the same on every machine with this key file: for MACs that must
   * agree without being stored, such as an address's daily pseudonym.
   */
  public byte[] derive(String use) {
    return mac(derivationKey, use);
  }

  private Cipher cipher(int mode, String use, byte[] nonce) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD(use.getBytes(StandardCharsets.UTF_8));
    return cipher;
  }

  private static byte[] mac(byte[] key, String use) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(use.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("HMAC-SHA-256 does not work in this JVM", e);
    }
  }

  /** What was sealed can't be opened. */
  public static final class BrokenSealException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BrokenSealException(String message, @org.jspecify.annotations.Nullable Throwable cause) {
      super(message, cause);
    }
  }
}
