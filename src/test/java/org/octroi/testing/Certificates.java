package org.octroi.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/**
 * A certificate that vouches for itself, with its key, made by the JDK's own tool, since its
 * library makes none.
 */
public final class Certificates {

  private static final String PASSWORD = "no secret";

  private final KeyStore keys;

  private Certificates(KeyStore keys) {
    this.keys = keys;
  }

  /** One for this host, with its keys in a file of this folder. */
  public static Certificates forHost(String host, Path folder) throws Exception {
    return forHost(host, "EC", folder);
  }

  /** The same with a key of this algorithm. */
  public static Certificates forHost(String host, String algorithm, Path folder) throws Exception {
    return made(host, folder, "-keyalg", algorithm);
  }

  /** One that was good for some days and is no more. */
  public static Certificates thatEnded(String host, Path folder) throws Exception {
    return made(host, folder, "-keyalg", "EC", "-startdate", "-10d", "-validity", "5");
  }

  /** One that is good from a few days on. */
  public static Certificates forLater(String host, Path folder) throws Exception {
    return made(host, folder, "-keyalg", "EC", "-startdate", "+5d", "-validity", "5");
  }

  /** One whose key somebody might guess. */
  public static Certificates weak(String host, Path folder) throws Exception {
    return made(host, folder, "-keyalg", "RSA", "-keysize", "1024");
  }

  private static Certificates made(String host, Path folder, String... options) throws Exception {
    Path file = Files.createTempFile(folder, "keys", ".p12");
    Files.delete(file);
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "server",
                "-dname",
                "CN=" + host,
                "-ext",
                "san=dns:" + host,
                "-storetype",
                "PKCS12",
                "-keystore",
                file.toString(),
                "-storepass",
                PASSWORD));
    command.addAll(List.of(options));
    Process tool = new ProcessBuilder(command).redirectErrorStream(true).start();
    try (InputStream output = tool.getInputStream()) {
      String said = new String(output.readAllBytes(), StandardCharsets.UTF_8);
      assertThat(tool.waitFor()).as(said).isZero();
    }
    return new Certificates(KeyStore.getInstance(file.toFile(), PASSWORD.toCharArray()));
  }

  /** The certificate. */
  public X509Certificate certificate() throws GeneralSecurityException {
    return (X509Certificate) keys.getCertificate("server");
  }

  /** The certificate, as a PEM file. */
  public String pem() throws GeneralSecurityException {
    return pem("CERTIFICATE", keys.getCertificate("server").getEncoded());
  }

  /** The key, as a PEM file. */
  public String keyPem() throws GeneralSecurityException {
    return pem("PRIVATE KEY", keys.getKey("server", PASSWORD.toCharArray()).getEncoded());
  }

  /** Puts this in a file's place, all at once. */
  public static void replace(Path file, String text) throws IOException {
    Path next = file.resolveSibling(file.getFileName() + ".next");
    Files.writeString(next, text);
    Files.move(next, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
  }

  /** TLS of a server that shows this certificate. */
  public SSLContext serving() throws GeneralSecurityException {
    KeyManagerFactory managers = KeyManagerFactory.getInstance("PKIX");
    managers.init(keys, PASSWORD.toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    return context;
  }

  /** TLS of a client that trusts this certificate and no other. */
  public SSLContext trusting() throws GeneralSecurityException, IOException {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust(), null);
    return context;
  }

  /** TLS of a client that shows this certificate, to the server with that one and no other. */
  public SSLContext showingTo(Certificates server) throws GeneralSecurityException, IOException {
    KeyManagerFactory managers = KeyManagerFactory.getInstance("PKIX");
    managers.init(keys, PASSWORD.toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), server.trust(), null);
    return context;
  }

  private TrustManager[] trust() throws GeneralSecurityException, IOException {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("server", keys.getCertificate("server"));
    TrustManagerFactory managers = TrustManagerFactory.getInstance("PKIX");
    managers.init(trusted);
    return managers.getTrustManagers();
  }

  private static String pem(String what, byte[] der) {
    return "-----BEGIN "
        + what
        + "-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
        + "\n-----END "
        + what
        + "-----\n";
  }
}
