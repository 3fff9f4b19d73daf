package org.octroi.agreement;

/**
 * Signs documents with a key of this server, so that third parties can check them by what {@code
 * /oauth2/jwks} publishes. The room that keeps the keys does it. Safe for use by many threads.
 */
public interface DocumentSignature {

  /**
   * Signs a document (JWS, RFC 7515 §7.1, compact serialisation).
   *
   * @param type the {@code typ} of the header: tells what was signed, so that it can't pass for
   *     anything else, such as a token
   * @param payload what is signed: JSON, as UTF-8
   */
  String sign(String type, byte[] payload);
}
