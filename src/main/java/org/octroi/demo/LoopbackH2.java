package org.octroi.demo;

import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.core.env.ConfigurableEnvironment;

/**
 * Binds the demo's SQL server to loopback. H2 takes the address of its servers from a system
 * property alone, and reads it once, when its first class is loaded: so it is set before any
 * database is opened. Without it H2 would listen on every address and turn strangers away only
 * after they have connected.
 */
final class LoopbackH2 implements EnvironmentPostProcessor {

  private static final String ADDRESS = "h2.bindAddress";

  @Override
  public void postProcessEnvironment(
      ConfigurableEnvironment environment, SpringApplication application) {
    if (System.getProperty(ADDRESS) == null && DemoWanted.in(environment)) {
      System.setProperty(ADDRESS, UpstreamApi.LOOPBACK);
    }
  }
}
