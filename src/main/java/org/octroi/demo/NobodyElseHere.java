package org.octroi.demo;

import java.util.Map;
import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/**
 * Lets the demo's people go on without having their address confirmed: it runs where nobody else
 * reaches it and no letter can be sent, and its reader is their own operator. Any setting of theirs
 * comes first.
 */
final class NobodyElseHere implements EnvironmentPostProcessor {

  @Override
  public void postProcessEnvironment(
      ConfigurableEnvironment environment, SpringApplication application) {
    if (DemoWanted.in(environment)
        && DemoWanted.isPrivate(environment)
        && !environment.containsProperty("spring.mail.host")) {
      environment
          .getPropertySources()
          .addLast(
              new MapPropertySource(
                  "nobody else here",
                  Map.of("octroi.identity.email-confirmation", "not-required")));
    }
  }
}
