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

  private static final String LEAK_DETECTION = "io.netty.leakDetection.level";

  /** The one clock; tests put theirs in its place. */
  @Bean
  @ConditionalOnMissingBean
  Clock clock() {
    return Clock.systemUTC();
  }

  public static void main(String[] args) {
    // Netty samples buffers for leaks unless told otherwise; that is for the tests, which look at
    // every one.
    if (System.getProperty(LEAK_DETECTION) == null) {
      System.setProperty(LEAK_DETECTION, "disabled");
    }
    SpringApplication.run(Octroi.class, args);
  }
}
