package org.octroi.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.octroi.policy.DecisionInputs.aQuestionUnderAnAgreement;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

class PolicySettingsTest {

  private final ApplicationContextRunner room =
      new ApplicationContextRunner().withUserConfiguration(Room.class);

  @Test
  void the_room_decides_without_any_setting() {
    room.run(
        context ->
            assertThat(
                    context
                        .getBean(RememberedDecisions.class)
                        .decide(aQuestionUnderAnAgreement().input())
                        .decision())
                .isInstanceOf(Decision.Permit.class));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "octroi.policy.remembered-decisions=0",
        "octroi.policy.instances=-1",
        "octroi.policy.instances=many"
      })
  void a_setting_out_of_range_stops_the_start(String setting) {
    room.withPropertyValues(setting).run(context -> assertThat(context).hasFailed());
  }

  @Configuration(proxyBeanMethods = false)
  @EnableConfigurationProperties(PolicyProperties.class)
  @Import({CompiledPolicy.class, RememberedDecisions.class})
  static class Room {

    @Bean
    MeterRegistry meters() {
      return new SimpleMeterRegistry();
    }
  }
}
