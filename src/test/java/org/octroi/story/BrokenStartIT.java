package org.octroi.story;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.octroi.testing.FreePorts;
import org.octroi.testing.StartedOctroi;

/** A start that can't succeed ends with one clear sentence that says what to do. */
class BrokenStartIT {

  @TempDir Path folder;

  static Stream<String> ports() {
    return Stream.of("server.port", "octroi.gate.port", "octroi.demo.upstream-port");
  }

  @ParameterizedTest
  @MethodSource("ports")
  void a_port_in_use_is_named(String property) throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      StartedOctroi.Ended ended =
          StartedOctroi.expectingNoStart(folder, "--" + property + "=" + taken.getLocalPort());
      clear(ended, String.valueOf(taken.getLocalPort()));
    }
  }

  @Test
  void an_unreachable_database_is_named() throws IOException {
    int nobodyThere = FreePorts.next();
    StartedOctroi.Ended ended =
        StartedOctroi.expectingNoStart(
            folder,
            "--spring.profiles.active=mysql",
            "--octroi.mysql.port=" + nobodyThere,
            "--octroi.secrets.create-key-file=true");
    clear(ended, String.valueOf(nobodyThere));
  }

  @Test
  void an_invalid_setting_is_named() {
    StartedOctroi.Ended ended =
        StartedOctroi.expectingNoStart(folder, "--octroi.authority.token-lifetime=PT1S");
    clear(ended, "octroi.authority");
  }

  @Test
  void a_broken_charter_is_named_by_file_line_and_field() throws IOException {
    Path charter = folder.resolve("vannes.yml");
    Files.writeString(
        charter,
        """
        charter: 1
        territory:
          slug: vannes
          name: {fr: Vannes, en: Vannes}
          timeZone: Europe/Atlantis
        """);
    StartedOctroi.Ended ended =
        StartedOctroi.expectingNoStart(
            folder, "--octroi.demo.load=off", "--octroi.charter.load=" + charter);
    clear(ended, "vannes.yml:5: territory.timeZone");
  }

  private static void clear(StartedOctroi.Ended ended, String named) {
    assertThat(ended.exitCode()).isNotZero();
    assertThat(ended.printed()).contains(named).contains("Action:");
    assertThat(ended.printed()).doesNotContain("\tat ");
  }
}
