package org.octroi.charter;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.octroi.territory.CatalogueChanged;
import org.octroi.testing.TestDatabase;
import org.octroi.vocabulary.Actor;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.FilterType;
import org.springframework.context.event.EventListener;
import org.springframework.core.env.MapPropertySource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.test.web.servlet.MockMvc;
import org.springframework.test.web.servlet.setup.MockMvcBuilders;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import tools.jackson.databind.json.JsonMapper;

/** The rooms that a charter fills, on a database of their own, and a charter to change. */
final class CharterRooms implements AutoCloseable {

  static final Actor HOUSE = new Actor.House("test");
  static final String KEY = "stops-key-in-clear-0123456789";
  static final String PASSWORD = "tables-password-in-clear-9876";

  private final AnnotationConfigApplicationContext context;
  private final Path folder;

  private CharterRooms(AnnotationConfigApplicationContext context, Path folder) {
    this.context = context;
    this.folder = folder;
  }

  /** Opens the rooms; the charter and the key file lie in the folder. */
  static CharterRooms open(TestDatabase.Engine engine, Path folder) throws IOException {
    copyCharter(folder);
    DataSource database = engine.migrated().dataSource();
    AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
    context
        .getEnvironment()
        .getPropertySources()
        .addFirst(
            new MapPropertySource(
                "test",
                Map.of(
                    "octroi.secrets.key-file",
                    folder.resolve("secret.key").toString(),
                    "octroi.secrets.create-key-file",
                    "true",
                    "octroi.desk.public-url",
                    "https://desk.example",
                    "octroi.charter.secrets.STOPS_KEY",
                    KEY,
                    "octroi.charter.secrets.TABLES_PASSWORD",
                    PASSWORD)));
    context.registerBean(DataSource.class, () -> database);
    context.register(Rooms.class);
    context.refresh();
    return new CharterRooms(context, folder);
  }

  /** A door of one of the rooms. */
  <T> T door(Class<T> type) {
    return context.getBean(type);
  }

  Path charter() {
    return folder.resolve("vannes.yml");
  }

  Applied apply() {
    return door(Charters.class).apply(charter(), HOUSE);
  }

  /** What is wrong in the charter, each without the file's name: {@code 42: field: message}. */
  List<String> findings() {
    return door(Charters.class).check(charter()).stream()
        .map(f -> f.toString().substring(f.file().length() + 1))
        .toList();
  }

  /** Changes the charter: this text, which must be in it, into that. */
  CharterRooms change(String text, String into) throws IOException {
    String before = Files.readString(charter());
    if (!before.contains(text)) {
      throw new IllegalArgumentException("the charter does not contain: " + text);
    }
    Files.writeString(charter(), before.replace(text, into));
    return this;
  }

  /** How often a change of a territory was announced. */
  List<CatalogueChanged> announced() {
    return List.copyOf(door(Announced.class).changes);
  }

  /** The rooms' own addresses, without the desk's guard. */
  MockMvc desk() {
    return MockMvcBuilders.standaloneSetup(
            context.getBeansWithAnnotation(RestController.class).values().stream()
                .filter(api -> !api.getClass().getPackageName().endsWith("audit"))
                .toArray())
        .setControllerAdvice(
            context.getBeansWithAnnotation(RestControllerAdvice.class).values().toArray())
        .build();
  }

  /** All that stands in a table, as one text. */
  String everythingIn(String table) {
    List<String> cells = new ArrayList<>();
    door(JdbcClient.class)
        .sql("select * from " + table)
        .query()
        .listOfRows()
        .forEach(row -> row.values().forEach(cell -> cells.add(String.valueOf(cell))));
    return String.join("\n", cells);
  }

  @Override
  public void close() {
    context.close();
  }

  /** Puts the charter back as it was. */
  static void copyCharter(Path folder) throws IOException {
    Path from;
    try {
      from = Path.of(Objects.requireNonNull(CharterRooms.class.getResource("/charter")).toURI());
    } catch (URISyntaxException e) {
      throw new IOException(e);
    }
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path to = folder.resolve(from.relativize(file).toString());
        Files.createDirectories(Objects.requireNonNull(to.getParent()));
        Files.copy(file, to, StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }

  static final class Announced {
    final List<CatalogueChanged> changes = new CopyOnWriteArrayList<>();

    @EventListener
    void hear(CatalogueChanged change) {
      changes.add(change);
    }
  }

  /** Not annotated as a configuration, so that no other test finds it by a scan. */
  @EnableTransactionManagement
  @ConfigurationPropertiesScan({"org.octroi.charter", "org.octroi.secret", "org.octroi.problem"})
  @ComponentScan(
      basePackages = {
        "org.octroi.audit",
        "org.octroi.secret",
        "org.octroi.territory",
        "org.octroi.licence",
        "org.octroi.catalogue",
        "org.octroi.offer",
        "org.octroi.charter"
      },
      excludeFilters = @ComponentScan.Filter(type = FilterType.REGEX, pattern = ".*Test.*"))
  static class Rooms {

    @Bean
    Clock clock() {
      return Clock.systemUTC();
    }

    @Bean
    JsonMapper json() {
      return JsonMapper.shared();
    }

    @Bean
    JdbcClient jdbc(DataSource database) {
      return JdbcClient.create(database);
    }

    @Bean
    PlatformTransactionManager transactions(DataSource database) {
      return new JdbcTransactionManager(database);
    }

    @Bean
    TransactionTemplate transaction(PlatformTransactionManager transactions) {
      return new TransactionTemplate(transactions);
    }

    @Bean
    Announced announced() {
      return new Announced();
    }
  }
}
