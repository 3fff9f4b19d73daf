package org.octroi.identity;

import java.io.ByteArrayInputStream;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.octroi.vocabulary.Sha256;

/**
 * A certificate that an application shows when it connects. It is known by itself, whoever signed
 * it, so that one which vouches for itself is as good as any (RFC 8705 §2.2).
 *
 * @param base64 its DER form, in base64 without line ends
 */
public record ClientCertificate(String base64) {

  private static final int LONGEST = 10_000;
  private static final int RSA_BITS = 2048;
  private static final int EC_BITS = 256;

  private static final Pattern PEM =
      Pattern.compile(
          "\\s*-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\\s]+)-----END CERTIFICATE-----\\s*");

  /**
   * Reads one.
   *
   * @throws IllegalArgumentException when it is none by which a client may show who it is
   */
  public ClientCertificate {
    if (!strong(parsed(base64).getPublicKey())) {
      throw new IllegalArgumentException(
          "must have an RSA key of 2048 bits or more, or an EC key of 256 bits or more");
    }
  }

  /**
   * Reads a PEM text (RFC 7468 §5) with one certificate and nothing else.
   *
   * @throws IllegalArgumentException when it is none by which a client may show who it is
   */
  public static ClientCertificate ofPem(String text) {
    if (text.length() > LONGEST) {
      throw new IllegalArgumentException("must be at most " + LONGEST + " characters long");
    }
    if (text.contains("PRIVATE KEY-----")) {
      throw new IllegalArgumentException(
          "must have no private key: the one that was sent is not to be used any more");
    }
    Matcher pem = PEM.matcher(text);
    if (!pem.matches()) {
      throw new IllegalArgumentException("must be one certificate in PEM (RFC 7468)");
    }
    return new ClientCertificate(pem.group(1).replaceAll("\\s", ""));
  }

  /** The certificate. */
  public X509Certificate certificate() {
    return parsed(base64);
  }

  /** As a PEM text. */
  public String pem() {
    return "-----BEGIN CERTIFICATE-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'})
            .encodeToString(Base64.getDecoder().decode(base64))
        + "\n-----END CERTIFICATE-----\n";
  }

  /** By what its owner finds it again: the hash of its DER form. */
  String sha256() {
    return Sha256.hex(Base64.getDecoder().decode(base64));
  }

  private static X509Certificate parsed(String base64) {
    byte[] der;
    try {
      der = Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("must be a certificate in base64", e);
    }
    try {
      X509Certificate certificate =
          (X509Certificate)
              CertificateFactory.getInstance("X.509")
                  .generateCertificate(new ByteArrayInputStream(der));
      if (certificate.getEncoded().length != der.length) {
        throw new IllegalArgumentException("must be one certificate, and nothing after it");
      }
      return certificate;
    } catch (CertificateException e) {
      throw new IllegalArgumentException("must be a certificate (X.509)", e);
    }
  }

  private static boolean strong(PublicKey key) {
    return switch (key) {
      case RSAPublicKey rsa -> rsa.getModulus().bitLength() >= RSA_BITS;
      case ECPublicKey ec -> ec.getParams().getCurve().getField().getFieldSize() >= EC_BITS;
      default -> false;
    };
  }
}
