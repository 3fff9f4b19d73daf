package org.octroi.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.octroi.charter.CharterException;
import org.octroi.charter.Charters;
import org.octroi.store.AddressWall;
import org.octroi.territory.Territories;
import org.octroi.vocabulary.Actor;
import org.octroi.vocabulary.Sha256;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Conditional;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.stereotype.Component;

/**
 * Starts the demo's servers, and has the two charters applied where that was not yet done.
 *
 * <p>It runs before either door opens: whoever gets in finds the demo whole. The order is that of
 * need: files and servers first, since the charters name the ports that were taken and the database
 * makes the one secret that they refer to.
 */
@Component
@Conditional(DemoWanted.class)
final class DemoLoader implements SmartLifecycle {

  private static final Logger LOG = LoggerFactory.getLogger(DemoLoader.class);

  /** Where the charters' {@code ${DEMO_SQL_PASSWORD}}, the reader's, is looked up. */
  private static final String SECRET = "octroi.charter.secrets.DEMO_SQL_PASSWORD";

  private final DemoProperties properties;
  private final Charters charters;
  private final Territories territories;
  private final AddressWall wall;
  private final ConfigurableEnvironment environment;
  private final Path folder;

  private @Nullable UpstreamDatabase database;
  private @Nullable UpstreamApi api;

  DemoLoader(
      DemoProperties properties,
      Charters charters,
      Territories territories,
      AddressWall wall,
      ConfigurableEnvironment environment,
      @Value("${octroi.data-folder}") Path dataFolder) {
    this.properties = properties;
    this.charters = charters;
    this.territories = territories;
    this.wall = wall;
    this.environment = environment;
    this.folder = dataFolder.resolve("demo");
  }

  @Override
  public void start() {
    try {
      DemoFiles.layOut(folder.resolve("files"));
      UpstreamDatabase startedDatabase =
          UpstreamDatabase.start(folder.resolve("sql"), properties.sqlPort());
      database = startedDatabase;
      UpstreamApi startedApi = UpstreamApi.start(properties.upstreamPort());
      api = startedApi;
      wall.allow(UpstreamApi.LOOPBACK, startedDatabase.port());
      wall.allow(UpstreamApi.LOOPBACK, startedApi.port());
      apply(startedApi.port(), startedDatabase.port(), startedDatabase.readerPassword());
    } catch (IOException e) {
      throw new UncheckedIOException("The demo's folder " + folder + " can't be made", e);
    } catch (SQLException e) {
      throw new IllegalStateException(
          "The demo's database in " + folder.resolve("sql") + " can't be opened", e);
    }
  }

  private void apply(int upstreamPort, int sqlPort, String password) throws IOException {
    Path written = folder.resolve("charters");
    String wanted = hash(DemoCharters.write(written, upstreamPort, sqlPort), password);
    Path applied = folder.resolve("applied");
    boolean whole =
        DemoCharters.TERRITORIES.stream().allMatch(t -> territories.find(t).isPresent());
    if (whole && Files.exists(applied) && Files.readString(applied).equals(wanted)) {
      return;
    }
    environment
        .getPropertySources()
        .addFirst(new MapPropertySource("octroi-demo", Map.of(SECRET, password)));
    try {
      for (String territory : DemoCharters.TERRITORIES) {
        charters.apply(written.resolve(territory + ".yml"), new Actor.House("demo"));
      }
    } catch (CharterException e) {
      throw e.asStartRefusal();
    }
    Files.writeString(applied, wanted);
    LOG.info("The demo is loaded: {}", String.join(", ", DemoCharters.TERRITORIES));
  }

  /** Differs when the charters or the password do; tells neither. */
  private static String hash(String charters, String password) {
    return Sha256.hex(charters + password);
  }

  @Override
  public void stop() {
    UpstreamApi runningApi = api;
    if (runningApi != null) {
      runningApi.close();
      api = null;
    }
    UpstreamDatabase runningDatabase = database;
    if (runningDatabase != null) {
      database = null;
      try {
        runningDatabase.close();
      } catch (SQLException e) {
        throw new IllegalStateException("The demo's database did not close", e);
      }
    }
  }

  /** Also when only one of the two servers came up: then that one must be stopped. */
  @Override
  public boolean isRunning() {
    return api != null || database != null;
  }

  /** Before the doors, which open at the end. */
  @Override
  public int getPhase() {
    return 0;
  }
}
