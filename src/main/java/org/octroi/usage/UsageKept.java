package org.octroi.usage;

import org.octroi.vocabulary.AtTheDesk;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The tables of this room that records go from when they have reached their age. */
@Configuration(proxyBeanMethods = false)
@AtTheDesk
class UsageKept {

  @Bean
  KeptTable rollupHoursKept(RetentionProperties retention, JdbcClient jdbc) {
    return new KeptTable(
        "usage-by-hour", retention.rollupHours(), "usage_rollup", "utc_hour", jdbc);
  }

  @Bean
  KeptTable rollupDaysKept(RetentionProperties retention, JdbcClient jdbc) {
    return new KeptTable(
        "usage-by-day",
        retention.rollupDays(),
        "usage_rollup_day",
        "cast(local_day as datetime(6))",
        jdbc);
  }

  /** Those of months are few and stay, as the months do. */
  @Bean
  KeptTable sketchesOfDaysKept(RetentionProperties retention, JdbcClient jdbc) {
    return new KeptTable(
        "usage-sketches-by-day",
        retention.rollupDays(),
        "usage_sketch",
        "case when grain = 'day' then cast(starts as datetime(6)) end",
        jdbc);
  }

  @Bean
  KeptTable decisionShapesKept(RetentionProperties retention, JdbcClient jdbc) {
    return new KeptTable(
        "decision-shapes",
        retention.decisionShapes(),
        "usage_shape",
        "coalesce(last_seen, first_seen)",
        jdbc);
  }

  @Bean
  KeptTable keysUsedKept(RetentionProperties retention, JdbcClient jdbc) {
    return new KeptTable(
        "keys-used",
        retention.rollupDays(),
        "usage_key",
        "cast(last_used_on as datetime(6))",
        jdbc);
  }
}
