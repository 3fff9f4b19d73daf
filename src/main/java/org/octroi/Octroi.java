package org.octroi;

import java.time.Clock;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.context.annotation.Bean;
import org.springframework.scheduling.annotation.EnableScheduling;

/**
 * The one process with two doors: the gate that data leaves by, and the desk where terms are set.
 */
@SpringBootApplication
@ConfigurationPropertiesScan
@EnableScheduling
public class Octroi {

  /** The one clock; tests put theirs in its place. */
  @Bean
  @ConditionalOnMissingBean
  Clock clock() {
    return Clock.systemUTC();
  }

  public static void main(String[] args) {
    SpringApplication.run(Octroi.class, args);
  }
}
