package org.octroi.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.octroi.gate.http.RawClient;
import org.octroi.testing.MySqlServer;
import org.octroi.testing.TestDatabase;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The drill of an outage, short: a genuine MySQL goes away under a gate that serves. */
@Timeout(300)
class OutageTest {

  @Test
  void a_gate_goes_on_without_its_database_and_everything_is_counted_once_afterwards(
      @TempDir Path folder) throws Exception {
    MySqlServer server = MySqlServer.ofItsOwn();
    TestDatabase database = server.emptyDatabase();
    try (GateHouse house =
            new GateHouse(
                folder,
                "--spring.datasource.url=" + database.url(),
                "--spring.datasource.hikari.connection-timeout=1000",
                "--spring.liquibase.enabled=true",
                "--octroi.usage.drain-interval=100ms");
        RawClient client = new RawClient(house.port())) {
      JdbcClient sql = house.context.getBean(JdbcClient.class);
      house.upstream("/parks", "[1]");
      house.city.dataset("parks").published();
      serve(client, 100);
      await().atMost(Duration.ofSeconds(30)).until(() -> counted(sql) == 100);

      server.goDown();
      serve(client, 500);
      server.comeBack();
      serve(client, 100);

      await().atMost(Duration.ofMinutes(1)).ignoreExceptions().until(() -> counted(sql) >= 700);
      serve(client, 1);
      await().atMost(Duration.ofSeconds(30)).until(() -> counted(sql) >= 701);
      assertThat(counted(sql)).isEqualTo(701);
    } finally {
      server.goDown();
    }
  }

  private static void serve(RawClient client, int requests) throws Exception {
    for (int i = 0; i < requests; i++) {
      assertThat(client.get("/rennes/parks").answer().status()).isEqualTo(200);
    }
  }

  private static long counted(JdbcClient sql) {
    return sql.sql("select coalesce(sum(requests), 0) from usage_rollup")
        .query(Long.class)
        .single();
  }
}
