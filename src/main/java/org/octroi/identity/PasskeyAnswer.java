package org.octroi.identity;

import org.octroi.problem.ProblemType;
import org.octroi.problem.RefusedException;
import org.springframework.security.web.webauthn.api.AuthenticatorAssertionResponse;
import org.springframework.security.web.webauthn.api.AuthenticatorAttestationResponse;
import org.springframework.security.web.webauthn.api.PublicKeyCredential;
import org.springframework.security.web.webauthn.jackson.WebauthnJacksonModule;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** What browsers are asked and answer, as JSON (WebAuthn Level 3, §5.1.8 and §5.1.9). */
final class PasskeyAnswer {

  /** Beside half a kilobyte of keys and signatures, an authenticator may add what it is made by. */
  private static final int MOST = 50_000;

  private static final JsonMapper JSON =
      JsonMapper.builder().addModule(new WebauthnJacksonModule()).build();

  private PasskeyAnswer() {}

  static String json(Object options) {
    return JSON.writeValueAsString(options);
  }

  /** A new passkey. */
  static PublicKeyCredential<AuthenticatorAttestationResponse> made(
      String json, ProblemType otherwise) {
    PublicKeyCredential<AuthenticatorAttestationResponse> made =
        read(json, new TypeReference<>() {}, otherwise);
    if (made.getResponse().getAttestationObject() == null) {
      throw PasskeyObjection.BROKEN.as(otherwise, "no attestation");
    }
    return made;
  }

  /** A passkey's signature. */
  static PublicKeyCredential<AuthenticatorAssertionResponse> signed(
      String json, ProblemType otherwise) {
    PublicKeyCredential<AuthenticatorAssertionResponse> signed =
        read(json, new TypeReference<>() {}, otherwise);
    if (signed.getResponse().getAuthenticatorData() == null
        || signed.getResponse().getSignature() == null) {
      throw PasskeyObjection.BROKEN.as(otherwise, "no signature");
    }
    return signed;
  }

  /** The library's builders take what is missing for null, against their own annotations. */
  private static <T extends org.springframework.security.web.webauthn.api.AuthenticatorResponse>
      PublicKeyCredential<T> read(
          String json, TypeReference<PublicKeyCredential<T>> type, ProblemType otherwise) {
    PublicKeyCredential<T> given;
    try {
      if (json.length() > MOST) {
        throw broken(otherwise);
      }
      given = JSON.readValue(json, type);
    } catch (JacksonException notWhatBrowsersGive) {
      throw broken(otherwise);
    }
    if (given == null
        || given.getRawId() == null
        || given.getResponse() == null
        || given.getResponse().getClientDataJSON() == null) {
      throw broken(otherwise);
    }
    return given;
  }

  private static RefusedException broken(ProblemType otherwise) {
    return PasskeyObjection.BROKEN.as(otherwise, "not what browsers give");
  }
}
