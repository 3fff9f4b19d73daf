package org.octroi.relay;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Executors;
import org.octroi.problem.StartRefusedException;
import org.octroi.quota.LeaseCall;
import org.octroi.quota.LeaseLine;
import org.octroi.secret.Seal;
import org.octroi.vocabulary.AtAGateByItself;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.stereotype.Component;

/** The gate's end of its line to the desk. Safe for use by many threads; calls wait. */
@Component
@AtAGateByItself
final class DeskLine implements LeaseLine, DisposableBean {

  private static final Duration CONNECTING = Duration.ofSeconds(2);
  private static final int LONGEST_EXPLANATION = 500;

  private final URI questions;
  private final String credential;
  private final Duration timeout;
  private final Secrets secrets;
  private final HttpClient http;

  DeskLine(DeskProperties properties, Seal seal, SslBundles bundles) {
    this.questions = address(properties.url());
    this.credential = credential(properties);
    this.timeout = properties.timeout();
    this.secrets = Secrets.travelling(seal);
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECTING)
            .followRedirects(HttpClient.Redirect.NEVER)
            .executor(Executors.newVirtualThreadPerTaskExecutor());
    if (!properties.sslBundle().isEmpty()) {
      builder.sslContext(bundles.getBundle(properties.sslBundle()).createSslContext());
    }
    this.http = builder.build();
  }

  private static URI address(String url) {
    if (url.isBlank()) {
      throw new StartRefusedException(
          "This gate runs by itself and does not know its desk.",
          "Say where the desk is with octroi.gate.desk.url=https://…, or leave octroi.roles out to"
              + " run both in one process.");
    }
    try {
      URI uri = URI.create(url.endsWith("/") ? url : url + "/");
      String host = uri.getHost() == null ? "" : uri.getHost().toLowerCase(Locale.ROOT);
      boolean here =
          host.equals("localhost") || host.equals("[::1]") || host.matches("127(\\.\\d{1,3}){3}");
      boolean secure = "https".equalsIgnoreCase(uri.getScheme());
      if (!host.isEmpty()
          && uri.getRawUserInfo() == null
          && uri.getRawQuery() == null
          && (secure || (here && "http".equalsIgnoreCase(uri.getScheme())))) {
        return uri.resolve(Question.PATH.substring(1));
      }
    } catch (IllegalArgumentException e) {
      // Said below.
    }
    throw new StartRefusedException(
        "octroi.gate.desk.url is no address that secrets may travel to.",
        "Write it as https://host[:port]; plain http is for a desk on this machine only"
            + " (http://localhost:8080).");
  }

  private static String credential(DeskProperties properties) {
    String text = properties.credential();
    if (!properties.credentialFile().isEmpty()) {
      Path file = Path.of(properties.credentialFile()).toAbsolutePath();
      try {
        text = Files.readString(file);
      } catch (IOException e) {
        throw new StartRefusedException(
            "The gate's credential can't be read from " + file + ": " + e.getMessage(),
            "Put what the desk showed when this gate was enrolled there, readable by the user that"
                + " Octroi runs as (octroi.gate.desk.credential-file).");
      }
    }
    if (text.isBlank()) {
      throw new StartRefusedException(
          "This gate runs by itself and has no credential for its desk.",
          "Enrol it at the desk (POST /api/v1/gates), and name the file with what the desk showed"
              + " in octroi.gate.desk.credential-file, or put it into the environment as"
              + " OCTROI_GATE_DESK_CREDENTIAL.");
    }
    String credential = text.strip();
    if (!credential.matches("[A-Za-z0-9_-]{20,100}")) {
      // Without quoting it.
      throw new StartRefusedException(
          "The gate's credential has not the form of one.",
          "It is one word that begins with octg_, as the desk showed it when this gate was"
              + " enrolled.");
    }
    return credential;
  }

  @Override
  public LeaseCall.Answer ask(LeaseCall call) throws IOException {
    return ask(Question.LEASE, call, timeout);
  }

  /**
   * Asks, and waits for the answer.
   *
   * @throws NotEnrolledException when the desk does not accept this gate
   * @throws IOException when no answer came
   */
  <Q extends Record, A extends Record> A ask(Question<Q, A> question, Q asked, Duration patience)
      throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    question.asked().write(asked, body, secrets);
    HttpRequest request =
        HttpRequest.newBuilder(questions.resolve(question.name()))
            .timeout(patience)
            .header("Authorization", "Bearer " + credential)
            .header("Content-Type", "application/octet-stream")
            .header(Question.FORM, question.form())
            .POST(BodyPublishers.ofByteArray(body.toByteArray()))
            .build();
    try {
      HttpResponse<InputStream> response = http.send(request, BodyHandlers.ofInputStream());
      try (InputStream answer = response.body()) {
        if (response.statusCode() == 200) {
          return question.answered().read(answer, secrets);
        }
        // A proxy's own 401 must not end a gate: only the desk's counts.
        if (response.statusCode() == 401
            && response
                .headers()
                .firstValue("WWW-Authenticate")
                .orElse("")
                .startsWith("Bearer realm=\"octroi\"")) {
          throw new NotEnrolledException();
        }
        throw new IOException(
            "it answered "
                + response.statusCode()
                + ": "
                + new String(answer.readNBytes(LONGEST_EXPLANATION), StandardCharsets.UTF_8));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  @Override
  public void destroy() {
    http.shutdownNow();
  }
}
