package org.octroi;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.AutoConfigurationImportFilter;
import org.springframework.boot.autoconfigure.AutoConfigurationMetadata;
import org.springframework.boot.context.TypeExcludeFilter;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.EnvironmentAware;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.Environment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.type.classreading.MetadataReader;
import org.springframework.core.type.classreading.MetadataReaderFactory;

/**
 * What {@code octroi.roles=gate} leaves out: the rooms of the desk's wing, and all that the
 * framework would set up for them. What remains is the ground, the gate and the management port;
 * there is no database, no session and no page.
 */
final class GateByItself {

  /** The rooms that a gate by itself has none of. */
  private static final List<String> DESK =
      List.of(
          "agreement",
          "audit",
          "authority",
          "catalogue",
          "charter",
          "demo",
          "desk",
          "feed",
          "identity",
          "issuer",
          "licence",
          "offer",
          "outbox",
          "realm",
          "reuse",
          "rules",
          "statistics",
          "territory");

  /** What begins so is set up for the desk only. */
  private static final List<String> FOR_THE_DESK =
      List.of(
          "org.springframework.boot.jdbc.",
          "org.springframework.boot.liquibase.",
          "org.springframework.boot.sql.",
          "org.springframework.boot.transaction.",
          "org.springframework.boot.persistence.",
          "org.springframework.boot.mail.",
          "org.springframework.boot.security.",
          "org.springframework.boot.session.",
          "org.springframework.boot.thymeleaf.",
          "org.springframework.boot.actuate.autoconfigure.security.",
          "org.springframework.modulith.",
          "org.springdoc.");

  private GateByItself() {}

  static boolean is(Environment environment) {
    return !environment.getProperty("octroi.roles", "gate,desk").contains("desk");
  }

  /** The desk's own web server listens nowhere; the management port is another. */
  static final class Settings implements EnvironmentPostProcessor {

    @Override
    public void postProcessEnvironment(
        ConfigurableEnvironment environment, SpringApplication application) {
      if (is(environment)) {
        environment
            .getPropertySources()
            .addFirst(
                new MapPropertySource(
                    "a gate by itself",
                    Map.of(
                        "server.port", "-1",
                        "management.endpoint.health.group.readiness.include",
                            "readinessState, gate")));
      }
    }
  }

  /** Leaves the desk's rooms out of the search for components. */
  static final class Rooms
      implements ApplicationContextInitializer<ConfigurableApplicationContext> {

    @Override
    public void initialize(ConfigurableApplicationContext context) {
      if (is(context.getEnvironment())) {
        context
            .getBeanFactory()
            .registerSingleton("roomsOfTheDesk", new RoomsOfTheDesk(Set.copyOf(DESK)));
      }
    }
  }

  private static final class RoomsOfTheDesk extends TypeExcludeFilter {

    private final Set<String> rooms;

    RoomsOfTheDesk(Set<String> rooms) {
      this.rooms = rooms;
    }

    @Override
    public boolean match(MetadataReader reader, MetadataReaderFactory factory) throws IOException {
      String[] parts = reader.getClassMetadata().getClassName().split("\\.", 4);
      return parts.length == 4 && rooms.contains(parts[2]);
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof RoomsOfTheDesk filter && rooms.equals(filter.rooms);
    }

    @Override
    public int hashCode() {
      return rooms.hashCode();
    }
  }

  /** Leaves out what the framework would set up for the desk. */
  static final class Frame implements AutoConfigurationImportFilter, EnvironmentAware {

    private boolean byItself;

    @Override
    public void setEnvironment(Environment environment) {
      byItself = is(environment);
    }

    @Override
    public boolean[] match(@Nullable String[] names, AutoConfigurationMetadata metadata) {
      boolean[] wanted = new boolean[names.length];
      for (int i = 0; i < names.length; i++) {
        String name = names[i];
        wanted[i] = !byItself || name == null || FOR_THE_DESK.stream().noneMatch(name::startsWith);
      }
      return wanted;
    }
  }
}
