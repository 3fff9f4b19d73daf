package org.octroi.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.octroi.catalogue.Datasets;
import org.octroi.catalogue.Stores;
import org.octroi.charter.Charters;
import org.octroi.store.AddressWall;
import org.octroi.store.StoreAddress;
import org.octroi.territory.Territories;
import org.octroi.territory.Territory;
import org.octroi.vocabulary.Slug;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.FilterType;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** The charters by the real importer, into a real database. */
@SpringBootTest(
    webEnvironment = WebEnvironment.NONE,
    properties = {
      "octroi.demo.load=on",
      "octroi.demo.upstream-port=0",
      "octroi.demo.sql-port=0",
      "spring.datasource.url=jdbc:h2:mem:demo-loader;MODE=MySQL;CASE_INSENSITIVE_IDENTIFIERS=TRUE"
    })
class DemoLoaderTest {

  @Configuration
  @EnableAutoConfiguration
  @ConfigurationPropertiesScan({
    "org.octroi.charter",
    "org.octroi.demo",
    "org.octroi.problem",
    "org.octroi.secret",
    "org.octroi.store"
  })
  @ComponentScan(
      basePackages = {
        "org.octroi.audit",
        "org.octroi.catalogue",
        "org.octroi.charter",
        "org.octroi.demo",
        "org.octroi.licence",
        "org.octroi.offer",
        "org.octroi.secret",
        "org.octroi.store",
        "org.octroi.territory"
      },
      // The parts that other tests of these rooms make for themselves.
      excludeFilters = @ComponentScan.Filter(type = FilterType.REGEX, pattern = ".*(Test|IT)\\$.*"))
  static class House {
    @Bean
    Clock clock() {
      return Clock.systemUTC();
    }
  }

  @TempDir static Path folder;

  @DynamicPropertySource
  static void data(DynamicPropertyRegistry registry) {
    registry.add("octroi.data-folder", folder::toString);
  }

  @Autowired private Territories territories;
  @Autowired private Datasets datasets;
  @Autowired private Stores stores;
  @Autowired private JdbcClient jdbc;
  @Autowired private DemoLoader loader;
  @Autowired private Charters charters;
  @Autowired private AddressWall wall;
  @Autowired private ConfigurableEnvironment environment;

  @Test
  void both_territories_are_there() {
    assertThat(territories.all())
        .extracting(t -> t.slug().value())
        .containsExactly("bordeaux", "rennes");
  }

  @Test
  void fifteen_datasets_lie_behind_all_three_kinds_of_store() {
    List<Territory> all = territories.all();
    assertThat(all.stream().flatMap(t -> datasets.all(t.id()).stream())).hasSize(15);
    assertThat(all.stream().flatMap(t -> stores.all(t.id()).stream()))
        .extracting(store -> store.address().getClass().getSimpleName())
        .contains(
            StoreAddress.Http.class.getSimpleName(),
            StoreAddress.Sql.class.getSimpleName(),
            StoreAddress.Folder.class.getSimpleName());
  }

  @Test
  void a_second_start_leaves_alone_what_was_done_at_the_desk() {
    jdbc.sql("update territory set name_en = 'Renamed' where slug = 'rennes'").update();
    loader.stop();
    DemoLoader second =
        new DemoLoader(
            new DemoProperties(
                DemoProperties.Load.ON, port("rennes", "star-api"), port("rennes", "star-tables")),
            charters,
            territories,
            wall,
            environment,
            folder);
    second.start();
    second.stop();

    assertThat(territories.find("rennes").orElseThrow().name().en()).isEqualTo("Renamed");
  }

  private int port(String territory, String store) {
    StoreAddress address =
        stores
            .find(territories.find(territory).orElseThrow().id(), new Slug(store))
            .orElseThrow()
            .address();
    return switch (address) {
      case StoreAddress.Http http -> http.port();
      case StoreAddress.Sql sql -> sql.port();
      case StoreAddress.Folder folder -> throw new AssertionError(store + " has no port");
    };
  }
}
