package org.octroi.demo;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import org.octroi.demo.DemoProperties.Load;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * Whether the demo is loaded into this process.
 *
 * <p>By itself it is loaded only where nobody else can reach it and no real database is behind it:
 * with H2, both doors bound to loopback, and the desk in this process. {@code octroi.demo.load}
 * decides outright; {@code octroi.demo=true} or {@code false} is the short form of the same.
 */
final class DemoWanted implements Condition {

  @Override
  public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
    return in(context.getEnvironment());
  }

  static boolean in(Environment environment) {
    Binder binder = Binder.get(environment);
    Load load =
        binder
            .bind("octroi.demo.load", Load.class)
            .orElseGet(() -> binder.bind("octroi.demo", Load.class).orElse(Load.AUTO));
    return switch (load) {
      case ON -> hasDesk(environment);
      case OFF -> false;
      case AUTO -> hasDesk(environment) && isPrivate(environment);
    };
  }

  /** The importer lives at the desk; a gate alone is given its entitlements by one. */
  private static boolean hasDesk(Environment environment) {
    return Arrays.asList(environment.getProperty("octroi.roles", String[].class, ROLES_BY_DEFAULT))
        .contains("desk");
  }

  /** H2 behind it, and both doors bound to loopback. */
  static boolean isPrivate(Environment environment) {
    return environment.getProperty("spring.datasource.url", "").startsWith("jdbc:h2:")
        && isLoopback(environment.getProperty("server.address", ""))
        && isLoopback(environment.getProperty("octroi.gate.address", "127.0.0.1"));
  }

  /** A name that can't be resolved is not known to be loopback, and so is not. */
  private static boolean isLoopback(String host) {
    try {
      return !host.isEmpty() && InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }

  private static final String[] ROLES_BY_DEFAULT = {"gate", "desk"};
}
