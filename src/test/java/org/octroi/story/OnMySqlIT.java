package org.octroi.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.octroi.testing.Caller;
import org.octroi.testing.Caller.Answer;
import org.octroi.testing.StartedOctroi;
import org.octroi.testing.TestDatabase;

/** The same jar on a genuine MySQL 8, by its profile alone. */
class OnMySqlIT {

  @Test
  void the_main_job_runs_on_mysql_and_outlives_a_kill(@TempDir Path folder) {
    TestDatabase database = TestDatabase.Engine.MYSQL.empty();
    try (StartedOctroi octroi =
        StartedOctroi.in(
            folder,
            Map.of("OCTROI_MYSQL_PASSWORD", database.password()),
            on(database, "--octroi.secrets.create-key-file=true", "--octroi.demo.load=on"))) {
      Story story = new Story(octroi);
      Story.Reuser reuser = story.aReuser("on-mysql");
      reuser.withAgreementOn("bordeaux", "presence-discovery", "ServiceProvision");
      String token = reuser.token();
      for (String door : new String[] {"api?limit=1", "table?limit=1", "file"}) {
        Answer answer = Caller.bearing(token).get(octroi.gate("/bordeaux/presence/" + door));
        assertThat(answer.status()).as(door + "\n" + answer.text()).isEqualTo(200);
      }
      Caller holder = story.aReviewerOf("bordeaux", "garonne-presence");
      await()
          .atMost(Duration.ofSeconds(10))
          .untilAsserted(
              () ->
                  assertThat(
                          holder
                              .get(
                                  octroi.desk(
                                      "/api/v1/statistics/breakdown?territory=bordeaux"
                                          + "&dimension=application"))
                              .text())
                      .contains(reuser.applicationName())
                      .contains("\"requests\":3"));

      octroi.kill();
      octroi.startAgain();

      assertThat(octroi.administratorLink()).isEmpty();
      Answer again =
          Caller.bearing(reuser.token()).get(octroi.gate("/bordeaux/presence/table?limit=1"));
      assertThat(again.status()).as(again.text()).isEqualTo(200);
    }
  }

  @Test
  void a_start_against_mysql_without_a_key_file_is_refused(@TempDir Path folder) {
    TestDatabase database = TestDatabase.Engine.MYSQL.empty();

    StartedOctroi.Ended ended =
        StartedOctroi.expectingNoStart(
            folder, Map.of("OCTROI_MYSQL_PASSWORD", database.password()), on(database));

    assertThat(ended.exitCode()).isNotZero();
    assertThat(ended.printed()).contains("There is no key file at").contains("openssl rand");
    assertThat(ended.printed()).doesNotContain("\tat ");
  }

  private static String[] on(TestDatabase database, String... more) {
    URI address = URI.create(database.url().substring("jdbc:".length()));
    return Stream.concat(
            Stream.of(
                "--spring.profiles.active=mysql",
                "--octroi.mysql.host=" + address.getHost(),
                "--octroi.mysql.port=" + address.getPort(),
                "--octroi.mysql.database=" + address.getPath().substring(1),
                "--octroi.mysql.user=" + database.user()),
            Stream.of(more))
        .toArray(String[]::new);
  }
}
