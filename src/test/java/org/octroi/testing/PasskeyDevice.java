package org.octroi.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * Somebody's device with one passkey in it, and the browser before it (WebAuthn Level 3, §6 and
 * §5.8.1), written anew here so that it shares no mistake with what checks it. It says what it is
 * told to, true or not.
 */
public final class PasskeyDevice {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int PRESENT = 0x01;
  private static final int VERIFIED = 0x04;
  private static final int CARRIED = 0x18;
  private static final int HAS_KEY = 0x40;

  private final KeyPair keys;
  private byte[] id = new byte[32];
  private String origin;
  private @Nullable String site;
  private boolean verifies = true;
  private boolean carried;
  private long count;
  private byte[] handle = new byte[0];

  /**
   * @param origin of the pages that its browser shows, such as {@code https://example.org}
   */
  public PasskeyDevice(String origin) {
    this.origin = origin;
    RANDOM.nextBytes(id);
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      this.keys = generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** From now on its browser shows a page of another site. */
  public PasskeyDevice at(String otherOrigin) {
    origin = otherOrigin;
    return this;
  }

  /** From now on it signs for another site than it is asked for. */
  public PasskeyDevice signingFor(String otherSite) {
    site = otherSite;
    return this;
  }

  /** Whether it checks from now on who holds it. */
  public PasskeyDevice verifying(boolean does) {
    verifies = does;
    return this;
  }

  /** Its passkey is carried from device to device, by a password manager for example. */
  public PasskeyDevice carried() {
    carried = true;
    return this;
  }

  /** What it has counted to; it adds one with each use. */
  public PasskeyDevice counted(long uses) {
    count = uses;
    return this;
  }

  /** The person whom it names, as the site did when the passkey was made: base64url. */
  public String handle() {
    return text(handle);
  }

  /** Names somebody else from now on. */
  public PasskeyDevice naming(String otherHandle) {
    handle = Base64.getUrlDecoder().decode(otherHandle);
    return this;
  }

  /** Says from now on that its passkey is that of another device. */
  public PasskeyDevice posingAs(PasskeyDevice other) {
    id = other.id.clone();
    return this;
  }

  /** Makes the passkey and answers as the browser does. */
  public String make(String options) {
    JsonNode asked = JSON.readTree(options);
    handle = Base64.getUrlDecoder().decode(asked.at("/user/id").asString());
    byte[] data = authenticatorData(asked.at("/rp/id").asString(), true);
    ByteArrayOutputStream attestation = new ByteArrayOutputStream();
    attestation.write(0xa3);
    cborText(attestation, "fmt");
    cborText(attestation, "none");
    cborText(attestation, "attStmt");
    attestation.write(0xa0);
    cborText(attestation, "authData");
    cborBytes(attestation, data);
    Map<String, Object> response = new LinkedHashMap<>();
    response.put("clientDataJSON", text(clientData("webauthn.create", asked)));
    response.put("attestationObject", text(attestation.toByteArray()));
    response.put("transports", new String[] {"internal", "hybrid"});
    return answer(response);
  }

  /** Signs with the passkey and answers as the browser does. */
  public String use(String options) {
    JsonNode asked = JSON.readTree(options);
    count++;
    byte[] data = authenticatorData(asked.path("rpId").asString(), false);
    byte[] client = clientData("webauthn.get", asked);
    Map<String, Object> response = new LinkedHashMap<>();
    response.put("clientDataJSON", text(client));
    response.put("authenticatorData", text(data));
    response.put("signature", text(signed(data, sha256(client))));
    response.put("userHandle", text(handle));
    return answer(response);
  }

  private String answer(Map<String, Object> response) {
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("id", text(id));
    answer.put("rawId", text(id));
    answer.put("type", "public-key");
    answer.put("authenticatorAttachment", "platform");
    answer.put("clientExtensionResults", Map.of());
    answer.put("response", response);
    return JSON.writeValueAsString(answer);
  }

  private byte[] clientData(String type, JsonNode asked) {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("type", type);
    data.put("challenge", asked.path("challenge").asString());
    data.put("origin", origin);
    data.put("crossOrigin", false);
    return JSON.writeValueAsBytes(data);
  }

  private byte[] authenticatorData(String askedSite, boolean withKey) {
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    data.writeBytes(sha256(Objects.requireNonNullElse(site, askedSite).getBytes(UTF_8)));
    data.write(
        PRESENT | (verifies ? VERIFIED : 0) | (carried ? CARRIED : 0) | (withKey ? HAS_KEY : 0));
    data.writeBytes(ByteBuffer.allocate(4).putInt((int) count).array());
    if (withKey) {
      data.writeBytes(new byte[16]);
      data.writeBytes(ByteBuffer.allocate(2).putShort((short) id.length).array());
      data.writeBytes(id);
      data.writeBytes(coseKey());
    }
    return data.toByteArray();
  }

  /** ES256 over P-256 (RFC 9053, §2.1 and §7.1.1). */
  private byte[] coseKey() {
    ECPublicKey key = (ECPublicKey) keys.getPublic();
    ByteArrayOutputStream cose = new ByteArrayOutputStream();
    cose.writeBytes(new byte[] {(byte) 0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21});
    cborBytes(cose, coordinate(key.getW().getAffineX()));
    cose.write(0x22);
    cborBytes(cose, coordinate(key.getW().getAffineY()));
    return cose.toByteArray();
  }

  private static byte[] coordinate(BigInteger number) {
    byte[] given = number.toByteArray();
    byte[] whole = new byte[32];
    int from = Math.max(0, given.length - 32);
    System.arraycopy(given, from, whole, 32 - (given.length - from), given.length - from);
    return whole;
  }

  private byte[] signed(byte[] data, byte[] clientHash) {
    try {
      Signature signature = Signature.getInstance("SHA256withECDSA");
      signature.initSign(keys.getPrivate());
      signature.update(data);
      signature.update(clientHash);
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void cborText(ByteArrayOutputStream to, String text) {
    to.write(0x60 + text.length());
    to.writeBytes(text.getBytes(UTF_8));
  }

  private static void cborBytes(ByteArrayOutputStream to, byte[] bytes) {
    to.write(bytes.length < 256 ? 0x58 : 0x59);
    byte[] length = ByteBuffer.allocate(4).putInt(bytes.length).array();
    to.writeBytes(Arrays.copyOfRange(length, bytes.length < 256 ? 3 : 2, 4));
    to.writeBytes(bytes);
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String text(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
