package org.octroi.testing;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * A server of S3's protocol that checks signatures (S3Proxy, which the build puts below {@code
 * target}), as a process of its own on a random loopback port; its buckets are the folders in a
 * folder. For use by one thread.
 */
public final class S3Server implements AutoCloseable {

  public static final String ACCESS_KEY = "tests";
  public static final String SECRET_KEY = "the-secret-of-the-tests";

  private static final Path JAR = Path.of("target/tools/s3proxy.jar");
  private static final Duration START_WITHIN = Duration.ofSeconds(60);

  private final Path folder;
  private final int port;
  private Process process;

  private S3Server(Path folder, int port) throws IOException {
    this.folder = folder;
    this.port = port;
    this.process = started();
  }

  /** Starts one over a folder that is empty, with a bucket. */
  public static S3Server with(String bucket, Path folder) throws IOException {
    Files.createDirectories(folder.resolve("buckets").resolve(bucket));
    return new S3Server(folder, FreePorts.next());
  }

  private Process started() throws IOException {
    Path settings = folder.resolve("s3proxy.properties");
    Files.write(
        settings,
        List.of(
            "s3proxy.endpoint=" + endpoint(),
            "s3proxy.authorization=aws-v2-or-v4",
            "s3proxy.identity=" + ACCESS_KEY,
            "s3proxy.credential=" + SECRET_KEY,
            "jclouds.provider=filesystem",
            "jclouds.filesystem.basedir=" + folder.resolve("buckets").toAbsolutePath()));
    Path log = folder.resolve("s3proxy.log");
    Process started =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-jar",
                JAR.toAbsolutePath().toString(),
                "--properties",
                settings.toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    Runtime.getRuntime().addShutdownHook(new Thread(started::destroyForcibly));
    await("S3Proxy on port " + port)
        .atMost(START_WITHIN)
        .until(() -> !started.isAlive() || listens());
    if (!started.isAlive()) {
      throw new IOException("S3Proxy ended at its start: " + Files.readString(log));
    }
    return started;
  }

  private boolean listens() {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress("127.0.0.1", port), 1000);
      return true;
    } catch (IOException notYet) {
      return false;
    }
  }

  /** Where it listens. */
  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + port);
  }

  /** Stops it; what it keeps stays. */
  public void stop() throws IOException {
    process.destroyForcibly();
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  /** Starts it again at the same address. */
  public void startAgain() throws IOException {
    process = started();
  }

  @Override
  public void close() throws IOException {
    stop();
  }
}
