package org.octroi.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.octroi.quota.Account;
import org.octroi.quota.Charge;
import org.octroi.quota.Limits;
import org.octroi.quota.Quota;
import org.octroi.quota.Quotas;
import org.octroi.quota.Unit;
import org.octroi.quota.Window;
import org.octroi.vocabulary.AgreementId;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Quotas, journal and drain as the program wires them, over the embedded database in a file. */
class MeteringBeansTest {

  @TempDir Path folder;

  @Test
  void what_was_spent_and_seen_survives_a_restart() throws Exception {
    AgreementId agreement = AgreementId.create();
    try (ConfigurableApplicationContext first = start()) {
      for (int i = 0; i < 3; i++) {
        assertThat(take(first, agreement)).isEqualTo("\"day\";r=" + (4 - i));
      }
      first.getBean(UsageJournal.class).append(Events.served("first"));
    }

    try (ConfigurableApplicationContext second = start()) {
      assertThat(take(second, agreement)).isEqualTo("\"day\";r=1");
      second.getBean(UsageJournal.class).append(Events.served("second"));
      JdbcClient sql = second.getBean(JdbcClient.class);
      await()
          .atMost(Duration.ofSeconds(20))
          .until(
              () ->
                  sql.sql("select sum(requests) from usage_rollup").query(Long.class).single()
                      == 2);
    }
  }

  private static String take(ConfigurableApplicationContext context, AgreementId agreement)
      throws Exception {
    String rateLimit =
        context
            .getBean(Quotas.class)
            .take(
                List.of(
                    new Charge(
                        new Account.OfAgreement(agreement),
                        new Limits(
                            Limits.Rate.NONE, List.of(Quota.of(Unit.REQUESTS, Window.DAY, 5))),
                        ZoneId.of("UTC"))),
                Quotas.Reserve.NOTHING)
            .toCompletableFuture()
            .get(20, TimeUnit.SECONDS)
            .rateLimit();
    return rateLimit.substring(0, rateLimit.lastIndexOf(';'));
  }

  private ConfigurableApplicationContext start() {
    return new SpringApplicationBuilder(Ground.class)
        .web(WebApplicationType.NONE)
        .run("--octroi.data-folder=" + folder, "--management.server.port=-1");
  }

  /** The rooms that meter, and what they stand on. */
  @EnableAutoConfiguration
  @ComponentScan({"org.octroi.quota", "org.octroi.usage", "org.octroi.secret"})
  @ConfigurationPropertiesScan({"org.octroi.quota", "org.octroi.usage", "org.octroi.secret"})
  static class Ground {}
}
